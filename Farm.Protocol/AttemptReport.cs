namespace Farm.Protocol;

/// <summary>What a worker says about one attempt that it has.</summary>
public sealed record AttemptReport
{
    /// <param name="attempt">Which attempt.</param>
    /// <param name="epoch">The epoch it was given with.</param>
    /// <param name="phase">How far it is.</param>
    /// <param name="logBytes">Length of its log so far, in bytes.</param>
    /// <param name="outcome">Given exactly when the phase is <see cref="BuildPhase.Finished"/>.</param>
    /// <exception cref="ArgumentException">Phase and outcome contradict each other, or a number is negative.</exception>
    public AttemptReport(AttemptId attempt, long epoch, BuildPhase phase, long logBytes, BuildOutcome? outcome = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(logBytes);
        if ((phase == BuildPhase.Finished) != (outcome is not null))
        {
            throw new ArgumentException(
                $"attempt {attempt} is reported as {phase} {(outcome is null ? "without" : "with")} an outcome: exactly a finished attempt has one",
                nameof(outcome)
            );
        }

        (Attempt, Epoch, Phase, LogBytes, Outcome) = (attempt, epoch, phase, logBytes, outcome);
    }

    public AttemptId Attempt { get; }

    public long Epoch { get; }

    public BuildPhase Phase { get; }

    public long LogBytes { get; }

    public BuildOutcome? Outcome { get; }
}
