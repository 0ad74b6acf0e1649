using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>All that a worker's decisions depend on.</summary>
/// <param name="Profile">What it is.</param>
/// <param name="Session">Whether it is connected.</param>
/// <param name="Attempts">What it has, at most one epoch of each attempt.</param>
/// <param name="IsStopping">Whether it takes no more work and ends when its builds have.</param>
public sealed record WorkerState(
    WorkerProfile Profile,
    SessionState Session,
    ImmutableSortedDictionary<AttemptId, AttemptState> Attempts,
    bool IsStopping
)
{
    /// <summary>A worker that has just started, with nothing on it.</summary>
    public static WorkerState Starting(WorkerProfile profile, DateTimeOffset now) =>
        new(
            profile,
            new SessionState.Disconnected(now),
            ImmutableSortedDictionary<AttemptId, AttemptState>.Empty,
            false
        );

    public int SlotsInUse => Attempts.Values.Count(attempt => attempt.HoldsSlot);

    public int PlacesInUse => Attempts.Values.Count(attempt => attempt.HoldsPlace);

    /// <summary>How many builds may fetch or build at a time; none where there is no slot.</summary>
    public int Places => Profile.Capabilities.Slots is > 0 and var slots ? slots + Profile.FetchAhead : 0;

    /// <summary>The attempt with this key; null when the worker does not have it, or has it in another epoch.</summary>
    public AttemptState? Find(AttemptKey key) =>
        Attempts.TryGetValue(key.Attempt, out var attempt) && attempt.Key == key ? attempt : null;

    public WorkerState With(AttemptState attempt) =>
        this with
        {
            Attempts = Attempts.SetItem(attempt.Key.Attempt, attempt),
        };

    public WorkerState Without(AttemptKey key) => this with { Attempts = Attempts.Remove(key.Attempt) };

    /// <summary>What is reported: every attempt, in order of its id.</summary>
    public ImmutableArray<AttemptReport> Reports() => [.. Attempts.Values.Select(attempt => attempt.Report())];
}
