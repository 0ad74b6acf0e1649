using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>An attempt as recorded.</summary>
/// <param name="FinishedAt">Null while it is not over, as is <paramref name="Outcome"/>.</param>
public sealed record AttemptRow(
    AttemptId Id,
    StorePath DrvPath,
    long Epoch,
    WorkerId Worker,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    BuildOutcome? Outcome
);
