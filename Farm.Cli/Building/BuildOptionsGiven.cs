using Farm.Store.Derivations;

namespace Farm.Cli.Building;

/// <summary>What the options of <c>farm build</c> say.</summary>
internal sealed record BuildOptionsGiven
{
    /// <summary>First out-link; null for none.</summary>
    public required string? OutLink { get; init; }

    /// <summary>Root below which the Nix store with the derivations is; null to find it.</summary>
    public required string? From { get; init; }

    public required bool IsJson { get; init; }

    /// <summary>Whether what can still be built is built after a failure.</summary>
    public required bool KeepsGoing { get; init; }

    /// <summary>Submits and does not wait.</summary>
    public required bool IsDetached { get; init; }

    public required int Priority { get; init; }

    /// <summary>Longest run of one builder, in seconds; null for none.</summary>
    public required double? TimeoutSeconds { get; init; }

    /// <summary>Longest silence of one builder, in seconds; null for none.</summary>
    public required double? MaxSilentSeconds { get; init; }

    /// <summary>Largest log of one builder in bytes; null for no limit.</summary>
    public long? MaxLogBytes { get; init; }

    /// <summary>Whether workers keep the build directories of builders that fail, and outputs that come out otherwise.</summary>
    public bool KeepsFailed { get; init; }

    /// <summary>What the derivations are built for.</summary>
    public BuildMode Mode { get; init; }
}
