using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>What a build has come to, for the record.</summary>
/// <param name="Outputs">Output name → path.</param>
/// <param name="Hashes">Hashes that it is recorded by: that of the derivation as planned, and as it was built.</param>
/// <param name="Builds">Unfinished builds that want it.</param>
public sealed record RealisedOutputs(
    ImmutableSortedDictionary<string, StorePath> Outputs,
    ImmutableArray<Sha256Digest> Hashes,
    ImmutableSortedSet<BuildId> Builds
);
