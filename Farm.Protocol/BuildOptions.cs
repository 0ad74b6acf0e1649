using System.Text.Json.Serialization;
using Farm.Store.Derivations;

namespace Farm.Protocol;

/// <summary>Limits that the client sets on each builder of its build. Null means no limit, as Nix's 0 does.</summary>
/// <param name="Timeout">Longest run of one builder (Nix's <c>timeout</c>).</param>
/// <param name="MaxSilent">Longest time without output of one builder (Nix's <c>max-silent-time</c>).</param>
/// <param name="MaxLogBytes">Largest log of one builder, in bytes (Nix's <c>max-build-log-size</c>).</param>
public sealed record BuildOptions(TimeSpan? Timeout = null, TimeSpan? MaxSilent = null, long? MaxLogBytes = null)
{
    /// <summary>What the build is for. Whoever decides what is built asks for anything but <see cref="BuildMode.Normal"/> only of one
    /// derivation whose inputs are valid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public BuildMode Mode { get; init; }

    /// <summary>Whether the build directory of a builder that fails is kept, and an output that comes out otherwise (Nix's
    /// <c>keep-failed</c>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsFailed { get; init; }

    /// <summary>No limits.</summary>
    public static BuildOptions None { get; } = new();
}
