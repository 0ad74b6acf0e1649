using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Answers a failure for the failed child alone.</summary>
public sealed class OneForOneStrategy : SupervisorStrategy
{
    private readonly Func<Exception, Directive> _decider;

    /// <param name="maxNrOfRetries">Restarts allowed in the window; null or negative: any number; 0: none.</param>
    /// <param name="withinTimeRange">The window; null, zero or negative: the child's whole life.</param>
    /// <param name="localOnlyDecider">Which directive for which exception.</param>
    public OneForOneStrategy(
        int? maxNrOfRetries,
        TimeSpan? withinTimeRange,
        Func<Exception, Directive> localOnlyDecider
    )
        : this(maxNrOfRetries ?? -1, (int)(withinTimeRange ?? TimeSpan.Zero).TotalMilliseconds, localOnlyDecider) { }

    public OneForOneStrategy(
        int maxNrOfRetries,
        int withinTimeMilliseconds,
        Func<Exception, Directive> localOnlyDecider,
        bool loggingEnabled = true
    )
    {
        ArgumentNullException.ThrowIfNull(localOnlyDecider);
        (MaxNumberOfRetries, WithinTimeRangeMilliseconds) = (maxNrOfRetries, withinTimeMilliseconds);
        (_decider, IsLogging) = (localOnlyDecider, loggingEnabled);
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider) { }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled)
        : this(-1, -1, localOnlyDecider, loggingEnabled) { }

    public int MaxNumberOfRetries { get; }
    public int WithinTimeRangeMilliseconds { get; }

    private protected override bool IsLogging { get; }

    private protected override Directive Decide(Exception cause) => _decider(cause);

    private protected override bool MayRestart(ChildStats stats) =>
        stats.RequestRestart(MaxNumberOfRetries, WithinTimeRangeMilliseconds);
}
