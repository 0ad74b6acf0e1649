namespace Farm.Tests.Support;

/// <summary>A test of the demo's expression, with real Nix and the directory that the demo's sources were fetched to.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DemoSourcesFactAttribute : RequiresNixFactAttribute
{
    public DemoSourcesFactAttribute()
    {
        if (!File.Exists(Path.Combine(Directory, ".complete")))
            Skip ??= $"Needs the demo's sources in '{Directory}': run examples/demo/fetch-sources.sh.";
    }

    /// <summary>Where <c>fetch-sources.sh</c> puts the sources unless it is told otherwise.</summary>
    public static string Directory =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache"),
            "farm-demo"
        );
}
