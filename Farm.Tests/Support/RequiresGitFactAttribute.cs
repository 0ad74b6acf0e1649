namespace Farm.Tests.Support;

/// <summary>A test that runs the real <c>git</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresGitFactAttribute : FactAttribute
{
    public RequiresGitFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            ':',
            StringSplitOptions.RemoveEmptyEntries
        );
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "git"))))
            Skip = "Needs the program 'git' (Debian: git).";
    }
}
