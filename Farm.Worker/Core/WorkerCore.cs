using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Protocol;
using Effects = System.Collections.Immutable.ImmutableArray<Farm.Worker.Core.WorkerEffect>.Builder;

namespace Farm.Worker.Core;

/// <summary>All decisions of a worker: what to start, stop, report, send and forget.</summary>
/// <remarks>The coordinator says what should run, the worker compares it with what runs. Nothing depends on a message arriving once:
/// the whole state is said again in each session.</remarks>
public static class WorkerCore
{
    /// <summary>Takes one event and gives the new state with what has to be done, in order.</summary>
    public static (WorkerState State, ImmutableArray<WorkerEffect> Effects) Step(
        WorkerState state,
        WorkerEvent happened,
        DateTimeOffset now
    )
    {
        var effects = ImmutableArray.CreateBuilder<WorkerEffect>();
        var after = Settle(Handle(state, happened, now, effects), now, effects);
        Report(state, after, effects);
        if (after.IsStopping && !after.Attempts.Values.Any(attempt => attempt.IsRunning))
            effects.Add(new WorkerEffect.Stopped());
        if (after.Session is SessionState.Live live && effects.Any(IsMessage))
            after = after with { Session = live with { LastSent = now } };
        return (after, effects.ToImmutable());
    }

    private static WorkerState Handle(WorkerState state, WorkerEvent happened, DateTimeOffset now, Effects effects) =>
        happened switch
        {
            WorkerEvent.SessionOpened opened => Greet(state, opened.Session, effects),
            WorkerEvent.SessionClosed closed => IsPresent(state, closed.Session)
                ? state with
                {
                    Session = new SessionState.Disconnected(now),
                }
                : state,
            WorkerEvent.MessageReceived received => IsPresent(state, received.Session)
                ? Take(state, received.Message, now, effects)
                : state,
            WorkerEvent.SlotWanted wanted => Change(
                state,
                wanted.Key,
                attempt =>
                    attempt.Stage is AttemptStage.Fetching
                        ? attempt with
                        {
                            Stage = new AttemptStage.AwaitingSlot(),
                        }
                        : attempt
            ),
            WorkerEvent.UploadStarted started => Change(
                state,
                started.Key,
                attempt => Proceed(attempt, new AttemptStage.Uploading(), BuildPhase.Uploading, now)
            ),
            WorkerEvent.UploadEnded ended => Change(
                state,
                ended.Key,
                attempt => Proceed(attempt, new AttemptStage.Committing(), BuildPhase.Committing, now)
            ),
            WorkerEvent.LogGrew grew => Change(
                state,
                grew.Key,
                attempt =>
                    attempt with
                    {
                        Log = attempt.Log with { Length = Math.Max(attempt.Log.Length, grew.LogBytes) },
                    }
            ),
            WorkerEvent.BuildEnded ended => End(state, ended, now, effects),
            WorkerEvent.Tick => Pass(state, now, effects),
            WorkerEvent.StopRequested => Stop(state, now, effects),
            _ => throw new UnreachableException(),
        };

    private static WorkerState Greet(WorkerState state, long session, Effects effects)
    {
        state = state with
        {
            Session = new SessionState.Greeting(session),
            Attempts = state.Attempts.SetItems(
                state.Attempts.Select(entry =>
                    KeyValuePair.Create(entry.Key, entry.Value with { Log = entry.Value.Log.InNewSession() })
                )
            ),
        };
        var profile = state.Profile;
        effects.Add(
            new WorkerEffect.Send(
                new WorkerMessage.Hello(
                    MessageCodec.Version,
                    profile.Worker,
                    profile.StoreDir,
                    profile.Capabilities,
                    profile.CacheUrl,
                    state.Reports()
                )
            )
        );
        return state;
    }

    private static WorkerState Take(WorkerState state, CoordinatorMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case CoordinatorMessage.Welcome welcome when state.Session is SessionState.Greeting greeting:
                return state with { Session = new SessionState.Live(greeting.Session, welcome.HeartbeatInterval, now) };
            case CoordinatorMessage.DesiredState desired when state.Session is SessionState.Live:
                return Follow(state, desired.Attempts, now, effects);
            case CoordinatorMessage.LogAcknowledged acknowledged when state.Session is SessionState.Live:
                return state.Attempts.TryGetValue(acknowledged.Attempt, out var attempt)
                    ? state.With(attempt with { Log = attempt.Log.WithAcknowledged(acknowledged.Offset) })
                    : state;
            case CoordinatorMessage.Refused refused:
                effects.Add(new WorkerEffect.Refused(refused.Reason, refused.IsFinal));
                return state;
            default:
                return state; // a message before the welcome, or a second welcome: the session says everything again
        }
    }

    /// <summary>Stops and forgets what is not wanted, and takes what is new.</summary>
    private static WorkerState Follow(
        WorkerState state,
        ImmutableArray<DesiredAttempt> desired,
        DateTimeOffset now,
        Effects effects
    )
    {
        var wanted = desired.ToImmutableDictionary(order => order.Attempt);
        foreach (var attempt in state.Attempts.Values)
        {
            // An order with an older epoch is a stale one: what runs is newer.
            if (!wanted.TryGetValue(attempt.Key.Attempt, out var order) || order.Epoch > attempt.Key.Epoch)
                state = Drop(state, attempt, null, now, effects);
        }

        if (state.IsStopping)
            return state;
        foreach (var order in desired)
        {
            // An order without a request speaks of an attempt that another life of this worker had: there is nothing to build.
            if (order.Request is not null && !state.Attempts.ContainsKey(order.Attempt))
                state = state.With(AttemptState.New(order, now));
        }

        return state;
    }

    /// <summary>Ends an attempt: at once where nothing runs, otherwise when its build has ended.</summary>
    private static WorkerState Drop(
        WorkerState state,
        AttemptState attempt,
        BuildOutcome? because,
        DateTimeOffset now,
        Effects effects
    )
    {
        switch (attempt.Stage)
        {
            case AttemptStage.Finished when because is not null:
                return state;
            case AttemptStage.Accepted when because is not null:
                return state.With(attempt.To(new AttemptStage.Finished(because), attempt.Phase, now));
            case AttemptStage.Accepted or AttemptStage.Finished:
                effects.Add(new WorkerEffect.Forget(attempt.Key));
                return state.Without(attempt.Key);
            case AttemptStage.Stopping:
                return because is null ? state.With(attempt with { Stage = new AttemptStage.Stopping(null) }) : state;
            default:
                effects.Add(new WorkerEffect.CancelBuild(attempt.Key));
                return state.With(attempt with { Stage = new AttemptStage.Stopping(because) });
        }
    }

    private static AttemptState Proceed(AttemptState attempt, AttemptStage stage, BuildPhase phase, DateTimeOffset now)
    {
        var proceeded = attempt.Stage is AttemptStage.Stopping ? attempt : attempt.To(stage, phase, now);
        return proceeded with { HoldsPlace = false, HoldsSlot = false };
    }

    private static WorkerState End(WorkerState state, WorkerEvent.BuildEnded ended, DateTimeOffset now, Effects effects)
    {
        if (state.Find(ended.Key) is not { IsRunning: true } attempt)
            return state;
        attempt = attempt with { HoldsPlace = false, HoldsSlot = false };
        switch (attempt.Stage)
        {
            case AttemptStage.Stopping { Because: null }:
                effects.Add(new WorkerEffect.Forget(attempt.Key));
                return state.Without(attempt.Key);
            // What was built all the same is not thrown away.
            case AttemptStage.Stopping { Because: { } because } when ended.Outcome is not BuildOutcome.Built:
                return state.With(attempt.To(new AttemptStage.Finished(because), attempt.Phase, now));
            default:
                return state.With(attempt.To(new AttemptStage.Finished(ended.Outcome), attempt.Phase, now));
        }
    }

    private static WorkerState Pass(WorkerState state, DateTimeOffset now, Effects effects)
    {
        if (state.Session is SessionState.Live live && now - live.LastSent >= live.HeartbeatInterval)
            effects.Add(new WorkerEffect.Send(new WorkerMessage.Heartbeat()));
        var isAbandoned =
            state.Session is SessionState.Disconnected disconnected
            && now - disconnected.Since > state.Profile.GracePeriod;
        foreach (var attempt in state.Attempts.Values)
        {
            if (attempt.Stage is AttemptStage.Finished)
                continue;
            if (isAbandoned)
                state = Drop(state, attempt, null, now, effects);
            else if (now - attempt.Since > attempt.Order.Limits.For(attempt.Phase))
                state = Drop(state, attempt, Late(attempt), now, effects);
        }

        return state;
    }

    private static BuildOutcome.InfrastructureFailed Late(AttemptState attempt) =>
        new(
            $"the attempt was in phase {attempt.Phase} for longer than {attempt.Order.Limits.For(attempt.Phase)}",
            IsTransient: true
        );

    private static WorkerState Stop(WorkerState state, DateTimeOffset now, Effects effects)
    {
        var because = new BuildOutcome.InfrastructureFailed("the worker was stopped", IsTransient: true);
        foreach (var attempt in state.Attempts.Values)
            state = Drop(state, attempt, because, now, effects);
        return state with { IsStopping = true };
    }

    /// <summary>Starts what has a place, lets build what has a slot, sends what is new in the logs.</summary>
    private static WorkerState Settle(WorkerState state, DateTimeOffset now, Effects effects)
    {
        foreach (var attempt in state.Attempts.Values)
        {
            if (attempt.Stage is AttemptStage.AwaitingSlot && state.SlotsInUse < state.Profile.Capabilities.Slots)
            {
                effects.Add(new WorkerEffect.GrantSlot(attempt.Key));
                state = state.With(
                    attempt.To(new AttemptStage.Building(), BuildPhase.Building, now) with
                    {
                        HoldsSlot = true,
                    }
                );
            }
        }

        foreach (var attempt in state.Attempts.Values)
        {
            if (attempt.Stage is AttemptStage.Accepted && state.PlacesInUse < state.Places)
            {
                effects.Add(new WorkerEffect.StartBuild(attempt.Key, attempt.Order));
                state = state.With(
                    attempt.To(new AttemptStage.Fetching(), BuildPhase.Fetching, now) with
                    {
                        HoldsPlace = true,
                    }
                );
            }
        }

        return state.Session is SessionState.Live ? SendLogs(state, effects) : state;
    }

    private static WorkerState SendLogs(WorkerState state, Effects effects)
    {
        foreach (var attempt in state.Attempts.Values)
        {
            var log = attempt.Log;
            while (log.NextPiece(state.Profile.LogWindowBytes, MessageCodec.MaxLogChunkBytes) is { } piece)
            {
                effects.Add(new WorkerEffect.SendLog(attempt.Key, piece.Offset, piece.Count));
                log = log with { Sent = piece.Offset + piece.Count };
            }

            if (log != attempt.Log)
                state = state.With(attempt with { Log = log });
        }

        return state;
    }

    /// <summary>Says everything again where a phase changed, an attempt came or went, or the session has just begun.</summary>
    private static void Report(WorkerState before, WorkerState after, Effects effects)
    {
        if (after.Session is not SessionState.Live)
            return;
        var isNews =
            before.Session is not SessionState.Live
            || before.Attempts.Count != after.Attempts.Count
            || after.Attempts.Values.Any(attempt =>
                before.Find(attempt.Key) is not { } known || Said(known) != Said(attempt)
            );
        if (isNews)
            effects.Add(new WorkerEffect.Send(new WorkerMessage.CurrentState(after.Reports())));
    }

    // The length of the log is no news: its pieces say it.
    private static (BuildPhase, bool) Said(AttemptState attempt) =>
        (attempt.Phase, attempt.Stage is AttemptStage.Finished && attempt.Log.IsSent);

    private static WorkerState Change(WorkerState state, AttemptKey key, Func<AttemptState, AttemptState> change) =>
        state.Find(key) is { IsRunning: true } attempt ? state.With(change(attempt)) : state;

    private static bool IsPresent(WorkerState state, long session) =>
        state.Session switch
        {
            SessionState.Greeting greeting => greeting.Session == session,
            SessionState.Live live => live.Session == session,
            SessionState.Disconnected => false,
            _ => throw new UnreachableException(),
        };

    private static bool IsMessage(WorkerEffect effect) => effect is WorkerEffect.Send or WorkerEffect.SendLog;
}
