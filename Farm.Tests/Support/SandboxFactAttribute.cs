namespace Farm.Tests.Support;

/// <summary>A test that runs builds in real namespaces, as root, with a static busybox as the shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SandboxFactAttribute : FactAttribute
{
    /// <summary>Where Debian's busybox-static is.</summary>
    public const string Busybox = "/bin/busybox";

    public SandboxFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip = "Needs root, to make namespaces.";
        else if (!File.Exists(Busybox))
            Skip = $"Needs {Busybox} (Debian: busybox-static).";
    }
}
