using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>One derivation that a build is for.</summary>
/// <param name="Outputs">Output name → path; the paths are valid in the coordinator's store when the status is done.</param>
public sealed record BuildRootView(
    StorePath DrvPath,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    StepStatus Status
);
