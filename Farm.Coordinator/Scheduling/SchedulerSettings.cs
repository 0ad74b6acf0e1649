using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>The numbers that scheduling goes by.</summary>
/// <param name="Limits">How long an attempt may stay in each phase.</param>
/// <param name="Grace">How long attempts of a worker that is not connected are kept for it.</param>
/// <param name="MaxAttempts">After so many failures of infrastructure a step has failed; at least 1.</param>
/// <param name="FirstBackOff">Wait before the second attempt; each further one waits twice as long.</param>
/// <param name="LongestBackOff">No wait is longer.</param>
/// <param name="QuarantineAfter">So many failures of its own in a row take a worker out; at least 1.</param>
/// <param name="FirstQuarantine">How long the first time; each further time in a row lasts twice as long.</param>
/// <param name="LongestQuarantine">No time is longer.</param>
public sealed record SchedulerSettings(
    PhaseLimits Limits,
    TimeSpan Grace,
    int MaxAttempts,
    TimeSpan FirstBackOff,
    TimeSpan LongestBackOff,
    int QuarantineAfter,
    TimeSpan FirstQuarantine,
    TimeSpan LongestQuarantine
);
