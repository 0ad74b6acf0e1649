namespace Farm.Protocol.Api;

/// <summary>One attempt at a step.</summary>
/// <param name="Phase">The last phase that the worker reported.</param>
/// <param name="FinishedAt">Null while it runs, as is <paramref name="Result"/>.</param>
/// <param name="Result">One sentence.</param>
/// <param name="LogBytes">Length of the stored log.</param>
/// <param name="Usage">What the builder used; null while it runs, and where it is not known.</param>
/// <param name="KeptDirectory">Where the worker kept the build directory, on its own machine; null where it did not.</param>
/// <param name="Difference">What came out otherwise when it was built again; null where nothing did.</param>
public sealed record AttemptView(
    AttemptId Id,
    long Epoch,
    WorkerId Worker,
    BuildPhase Phase,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Result,
    long LogBytes,
    BuildUsage? Usage = null,
    string? KeptDirectory = null,
    DifferenceView? Difference = null
);
