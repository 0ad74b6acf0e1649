namespace Farm.Tests.Support;

/// <summary>A test that starts programs as systemd does, by its <c>systemd-socket-activate</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemdFactAttribute : RequiresNixFactAttribute
{
    private const string Program = "/usr/bin/systemd-socket-activate";

    public SystemdFactAttribute()
    {
        Skip ??= new SandboxFactAttribute().Skip;
        if (Skip is null && !File.Exists(Program))
            Skip = $"Needs {Program} (Debian: systemd).";
    }
}
