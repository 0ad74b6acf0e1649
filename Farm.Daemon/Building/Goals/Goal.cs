using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Goals;

/// <summary>One derivation that a client's request comes to. Belongs to one run, which is its only user.</summary>
/// <param name="drvPath">The derivation.</param>
/// <param name="derivation">What it says.</param>
/// <param name="options">The same.</param>
internal sealed class Goal(StorePath drvPath, Derivation derivation, DerivationOptions options)
{
    private readonly SortedSet<string> _wanted = new(StringComparer.Ordinal);

    public StorePath DrvPath => drvPath;

    public Derivation Derivation => derivation;

    public DerivationOptions Options => options;

    /// <summary>Whether the client itself asked for it, not only another derivation.</summary>
    public bool IsTop { get; set; }

    /// <summary>Whether the client sent the derivation itself, so that it need not be in the store.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Names of the outputs that somebody wants.</summary>
    public IReadOnlySet<string> Wanted => _wanted;

    /// <summary>What the client, or else the first other goal, asked for, as text.</summary>
    public string WantedText { get; set; } = "*";

    /// <summary>Goals that wait for this one.</summary>
    public List<Goal> Waiting { get; } = [];

    /// <summary>How many goals it still waits for.</summary>
    public int Open { get; set; }

    /// <summary>How many of those it waited for have failed.</summary>
    public int FailedInputs { get; set; }

    /// <summary>Why it cannot be built, which is known before it is tried; null where it can.</summary>
    public BuildResult? Doom { get; set; }

    /// <summary>What became of it; null until that is known.</summary>
    public BuildResult? Result { get; set; }

    /// <summary>The paths of its outputs, as far as they are known.</summary>
    public ImmutableSortedDictionary<string, StorePath> Outputs { get; set; } = OutputPaths.Known(derivation);

    /// <summary>Wants more of it.</summary>
    /// <returns>Whether anything is new in that.</returns>
    public bool Want(IEnumerable<string> outputs)
    {
        var before = _wanted.Count;
        _wanted.UnionWith(outputs);
        return _wanted.Count > before;
    }
}
