using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>What a worker knows of one attempt that it has.</summary>
/// <param name="Key">Which attempt, in which epoch.</param>
/// <param name="Order">What the coordinator asked for; its request is never null.</param>
/// <param name="Stage">Where the attempt stands.</param>
/// <param name="Phase">The phase that is reported; it only goes forward.</param>
/// <param name="Since">When <paramref name="Phase"/> began.</param>
/// <param name="HoldsPlace">Whether it counts against the builds that may fetch or build: from its start until the upload, or its end.</param>
/// <param name="HoldsSlot">Whether it occupies one of the worker's slots, from the grant until the builder and its clean-up have ended.</param>
/// <param name="Log">How far its log is.</param>
public sealed record AttemptState(
    AttemptKey Key,
    DesiredAttempt Order,
    AttemptStage Stage,
    BuildPhase Phase,
    DateTimeOffset Since,
    bool HoldsPlace,
    bool HoldsSlot,
    LogProgress Log
)
{
    /// <summary>An attempt that the coordinator has just asked for.</summary>
    public static AttemptState New(DesiredAttempt order, DateTimeOffset now) =>
        new(
            new AttemptKey(order.Attempt, order.Epoch),
            order,
            new AttemptStage.Accepted(),
            BuildPhase.Accepted,
            now,
            false,
            false,
            LogProgress.Empty
        );

    /// <summary>Whether a build was started and has not ended.</summary>
    public bool IsRunning => Stage is not (AttemptStage.Accepted or AttemptStage.Finished);

    /// <summary>Goes on to a stage, and to its phase unless a later one was reported already.</summary>
    public AttemptState To(AttemptStage stage, BuildPhase phase, DateTimeOffset now) =>
        phase > Phase ? this with { Stage = stage, Phase = phase, Since = now } : this with { Stage = stage };

    /// <summary>What the coordinator is told. An outcome is held back until the whole log has gone before it.</summary>
    public AttemptReport Report() =>
        Stage is AttemptStage.Finished finished && Log.IsSent
            ? new AttemptReport(Key.Attempt, Key.Epoch, BuildPhase.Finished, Log.Length, finished.Outcome)
            : new AttemptReport(Key.Attempt, Key.Epoch, Phase, Log.Length);
}
