using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>One derivation that is to be built now: all its inputs are valid. Not compared by value.</summary>
internal sealed record StepWork
{
    public required StorePath DrvPath { get; init; }

    public required Derivation Derivation { get; init; }

    public required DerivationOptions Options { get; init; }

    /// <summary>Input sources, and the outputs of input derivations that it uses.</summary>
    public required ImmutableSortedSet<StorePath> Inputs { get; init; }

    /// <summary>Where the outputs of input derivations are, as far as they are made.</summary>
    public required Func<StorePath, string, StorePath?> PathOf { get; init; }

    public required BuildMode Mode { get; init; }

    /// <summary>Nix's name for it in messages: <c>building of '…' from .drv file</c>.</summary>
    public required string Title { get; init; }

    /// <summary>With the client's own on top.</summary>
    public required EffectiveSettings Settings { get; init; }
}
