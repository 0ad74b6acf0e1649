namespace Farm.Tests.Support;

/// <summary>A test that looks at system calls with <c>strace</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!Array.Exists(folders, folder => File.Exists(Path.Combine(folder, "strace"))))
            Skip = "Needs the program 'strace' (Debian: strace).";
    }
}
