namespace Farm.Protocol;

/// <summary>Limits that the client sets on each builder of its build. Null means no limit, as Nix's 0 does.</summary>
/// <param name="Timeout">Longest run of one builder (Nix's <c>timeout</c>).</param>
/// <param name="MaxSilent">Longest time without output of one builder (Nix's <c>max-silent-time</c>).</param>
/// <param name="MaxLogBytes">Largest log of one builder, in bytes (Nix's <c>max-build-log-size</c>).</param>
public sealed record BuildOptions(TimeSpan? Timeout = null, TimeSpan? MaxSilent = null, long? MaxLogBytes = null)
{
    /// <summary>No limits.</summary>
    public static BuildOptions None { get; } = new();
}
