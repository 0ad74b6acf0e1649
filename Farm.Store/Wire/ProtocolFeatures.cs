using System.Collections.Immutable;

namespace Farm.Store.Wire;

/// <summary>What two ends of the worker protocol have agreed on beyond its version, from 1.38 on.</summary>
[Flags]
public enum ProtocolFeatures
{
    None = 0,

    /// <summary>Realisations are named by the path of the derivation, and are written field by field.</summary>
    RealisationWithPathNotHash = 1,

    /// <summary>A collection names its paths behind a mark, and may delete what refers to them.</summary>
    DeleteDeadSpecificReferrers = 2,
}

/// <summary>The features as texts.</summary>
public static class ProtocolFeatureNames
{
    private static readonly ImmutableSortedDictionary<string, ProtocolFeatures> s_byName = ImmutableSortedDictionary
        .Create<string, ProtocolFeatures>(StringComparer.Ordinal)
        .Add("delete-dead-specific-referrers", ProtocolFeatures.DeleteDeadSpecificReferrers)
        .Add("realisation-with-path-not-hash", ProtocolFeatures.RealisationWithPathNotHash);

    /// <summary>What a daemon offers.</summary>
    public static ImmutableArray<string> Offered { get; } = [.. s_byName.Keys];

    /// <summary>Those of the names that are known here.</summary>
    public static ProtocolFeatures Known(IEnumerable<string> names) =>
        names.Aggregate(ProtocolFeatures.None, (found, name) => found | s_byName.GetValueOrDefault(name));
}
