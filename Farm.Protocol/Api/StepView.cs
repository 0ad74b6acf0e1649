using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>A step in full: <c>GET /api/steps/{drv}</c>. Not compared by value.</summary>
/// <param name="Explanation">Why it is where it is, in one sentence.</param>
/// <param name="Inputs">Steps that it needs.</param>
/// <param name="Builds">Unfinished builds that want it.</param>
/// <param name="Attempts">Oldest first.</param>
/// <param name="LacksWorker">Whether it waits for a worker that is not there now, so that it may wait for long.</param>
public sealed record StepView(
    StorePath DrvPath,
    string Name,
    string System,
    ImmutableArray<string> RequiredFeatures,
    ImmutableSortedDictionary<string, StorePath> Outputs,
    StepStatus Status,
    string Explanation,
    ImmutableArray<StepSummary> Inputs,
    ImmutableArray<BuildId> Builds,
    ImmutableArray<AttemptView> Attempts,
    bool LacksWorker = false
);
