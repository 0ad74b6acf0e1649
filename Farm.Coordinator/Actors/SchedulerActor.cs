using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator.Actors;

/// <summary>The shell around <see cref="Scheduler.Step"/>: one event at a time, then records, then, once they are on disk, what is told.</summary>
internal sealed class SchedulerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private readonly SchedulerParts _parts;
    private readonly ILogger _log;
    private readonly IActorRef _journal;
    private readonly Queue<Decision> _undurable = [];
    private readonly Dictionary<BuildId, BuildOptions> _options = [];
    private readonly Dictionary<BuildId, HashSet<IActorRef>> _followers = [];
    private readonly Dictionary<WorkerId, IActorRef> _links = [];
    private SchedulerState _state;
    private long _lastBuild;
    private long _lastDecision;

    public SchedulerActor(SchedulerParts parts, ILogger log)
    {
        (_parts, _log, _state, _lastBuild) = (parts, log, parts.Snapshot.State, parts.LastBuild);
        foreach (var (build, options) in parts.RestoredOptions)
        {
            _options.Add(build, options);
        }

        var (journal, roots) = (parts.Journal, parts.Roots);
        _journal = Context.ActorOf(Props.Create(() => new JournalActor(journal, roots, log)), "journal");
        Receive<SchedulerMessage.AddBuild>(AddBuild);
        Receive<SchedulerMessage.CancelBuild>(CancelBuild);
        Receive<SchedulerMessage.FollowBuild>(Follow);
        Receive<SchedulerMessage.SessionOpened>(OpenSession);
        Receive<SchedulerMessage.AwaitRestored>(_ =>
            Decide(new SchedulerEvent.Tick(), null, new Answer.OfRestored(Sender))
        );
        Receive<SchedulerMessage.Happened>(happened => Decide(happened.Event));
        Receive<SchedulerMessage.Durable>(durable => AnnounceUpTo(durable.Decision));
        Receive<OutputsNotLookedUp>(failed =>
        {
            // A failed look-up says nothing of the outputs: it is asked again.
            var attempt = failed.Wish.Attempt.Id;
            Log.OutputsNotLookedUp(_log, attempt, failed.Cause);
            Timers.StartSingleTimer(attempt.ToString(), new VerifyAgain(failed.Wish), TickInterval);
        });
        Receive<VerifyAgain>(again => Verify(again.Wish));
        Receive<NotResolved>(failed =>
        {
            Log.StepNotResolved(_log, failed.Wish.DrvPath, failed.Cause);
            Timers.StartSingleTimer(
                $"{failed.Wish.DrvPath} {failed.Wish.Mode}",
                new ResolveAgain(failed.Wish),
                TickInterval
            );
        });
        Receive<ResolveAgain>(again => Resolve(again.Wish));
        Receive<Terminated>(gone => Forget(gone.ActorRef));
    }

    public ITimerScheduler Timers { get; set; } = null!; // the engine sets it before the first message

    protected override void PreStart()
    {
        Decide(_parts.Restored);
        Timers.StartPeriodicTimer("tick", new SchedulerMessage.Happened(new SchedulerEvent.Tick()), TickInterval);
    }

    /// <summary>Without the journal nothing can be told any more: its failure is the scheduler's.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private void AddBuild(SchedulerMessage.AddBuild add)
    {
        var id = BuildId.Create(++_lastBuild);
        var now = _parts.Time.GetUtcNow();
        var known = add.Plan.Steps.Where(step => _state.Find(step.Key) is not null).Select(step => step.DrvPath);
        var record = new FarmRecord.BuildAdded(
            id,
            add.Priority,
            now,
            add.Options,
            add.Plan.Roots,
            add.Plan.Steps,
            [.. known]
        );
        _options.Add(id, add.Options);
        var queued = new SchedulerEvent.BuildQueued(
            id,
            add.Priority,
            now,
            add.Plan.Roots,
            add.Plan.Steps,
            add.Options.Mode
        );
        Decide(queued, record, new Answer.OfBuild(Sender, id));
    }

    private void CancelBuild(SchedulerMessage.CancelBuild cancel)
    {
        var answer = new Answer.OfCancel(Sender, _state.Builds.ContainsKey(cancel.Build));
        Decide(new SchedulerEvent.BuildCancelled(cancel.Build), null, answer);
    }

    private void Follow(SchedulerMessage.FollowBuild follow)
    {
        var state = _parts.Snapshot.State;
        if (!state.Builds.TryGetValue(follow.Build, out var build))
        {
            Sender.Tell(new SchedulerMessage.NotFollowed());
            return;
        }

        if (!_followers.TryGetValue(follow.Build, out var followers))
        {
            _followers.Add(follow.Build, followers = []);
        }

        followers.Add(Sender);
        Context.Watch(Sender);
        Sender.Tell(new BuildEvent.Snapshot(Views.Build(state, build)));
    }

    private void OpenSession(SchedulerMessage.SessionOpened opened)
    {
        if (_links.TryGetValue(opened.Connected.Worker, out var older))
        {
            older.Tell(new SchedulerMessage.SessionReplaced());
        }

        _links[opened.Connected.Worker] = Sender;
        Context.Watch(Sender);
        Decide(opened.Connected);
    }

    private void Decide(SchedulerEvent happened, FarmRecord? first = null, Answer? answer = null)
    {
        var now = _parts.Time.GetUtcNow();
        (_state, var effects) = Scheduler.Step(_state, happened, now);
        var records = Records.Of(effects, now);
        if (first is not null)
        {
            records = records.Insert(0, first);
        }

        var decision = new Decision(++_lastDecision, _state, effects, answer, IsRecorded: !records.IsEmpty);
        if (decision.IsRecorded)
        {
            _journal.Tell(new JournalActor.Append(decision.Number, records));
            _undurable.Enqueue(decision);
        }
        else if (_undurable.Count > 0)
        {
            _undurable.Enqueue(decision);
        }
        else
        {
            Announce(decision);
        }
    }

    /// <summary>Decisions are announced in order; one without records waits only for those before it.</summary>
    private void AnnounceUpTo(long number)
    {
        while (_undurable.TryPeek(out var decision) && (decision.Number <= number || !decision.IsRecorded))
        {
            _undurable.Dequeue();
            Announce(decision);
        }
    }

    private void Announce(Decision decision)
    {
        _parts.Snapshot.State = decision.State;
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case SchedulerEffect.StepChanged changed:
                    TellFollowers(decision.State, changed);
                    break;
                case SchedulerEffect.BuildEnded ended:
                    Log.BuildEnded(_log, ended.Build.Id, ended.Build.State);
                    TellFollowers(ended.Build.Id, new BuildEvent.Ended(ended.Build));
                    _followers.Remove(ended.Build.Id);
                    _options.Remove(ended.Build.Id);
                    break;
                case SchedulerEffect.AttemptStarted started:
                    Log.AttemptStarted(_log, started.DrvPath, started.Attempt.Id, started.Attempt.Worker);
                    break;
                case SchedulerEffect.AttemptEnded ended:
                    Log.AttemptEnded(_log, ended.DrvPath, ended.Attempt.Id, OutcomeSentence.Of(ended.Outcome));
                    _parts.Logs.Tell(new LogMessage.Ended(ended.Attempt.Id));
                    break;
                case SchedulerEffect.VerifyOutputs verify:
                    Verify(verify);
                    break;
                case SchedulerEffect.ResolveStep resolve:
                    Resolve(resolve);
                    break;
                case SchedulerEffect.DesiresChanged changed:
                    TellLink(decision.State, changed.Worker);
                    break;
                case SchedulerEffect.WorkerHealthChanged changed:
                    Log.WorkerHealthChanged(_log, changed.Worker, HealthSentence.Of(changed.Health));
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        switch (decision.Answer)
        {
            case Answer.OfBuild build:
                build.To.Tell(ViewOf(decision, build.Build));
                break;
            case Answer.OfRestored restored:
                restored.To.Tell(new SchedulerMessage.AwaitRestored());
                break;
            case Answer.OfCancel cancel:
                cancel.To.Tell(new SchedulerMessage.Cancelled(cancel.WasThere));
                break;
            default:
                break;
        }
    }

    private static BuildView ViewOf(Decision decision, BuildId id) =>
        decision.State.Builds.TryGetValue(id, out var build)
            ? Views.Build(decision.State, build)
            : decision.Effects.OfType<SchedulerEffect.BuildEnded>().Single(ended => ended.Build.Id == id).Build;

    private void Verify(SchedulerEffect.VerifyOutputs wish)
    {
        _parts
            .Realiser.VerifyAsync(wish, CancellationToken.None)
            .PipeTo(
                Self,
                success: verified => new SchedulerMessage.Happened(verified),
                failure: cause => new OutputsNotLookedUp(wish, cause)
            );
    }

    private void Resolve(SchedulerEffect.ResolveStep wish)
    {
        _parts
            .Realiser.ResolveAsync(wish, CancellationToken.None)
            .PipeTo(
                Self,
                success: resolved => new SchedulerMessage.Happened(resolved),
                failure: cause => new NotResolved(wish, cause)
            );
    }

    private void TellLink(SchedulerState state, WorkerId id)
    {
        if (!_links.TryGetValue(id, out var link))
        {
            return;
        }

        var wanted =
            from number in state.Workers[id].Attempts.Values
            let step = state.Step(number)
            where step.State is StepState.Assigned or StepState.Verifying
            let options = _options.GetValueOrDefault(step.Builds.Min, BuildOptions.None)
            select new SchedulerMessage.WantedAttempt(
                step.DrvPath,
                step.State.LiveAttempt!, // as filtered
                options with
                {
                    Mode = step.Spec.Mode, // of the inputs of a build it is another than its own
                },
                step.Spec.BuiltAs,
                step.Spec.BuiltAsHash,
                step.Spec.Mode == BuildMode.Normal ? null : step.Spec.Outputs
            );
        link.Tell(new SchedulerMessage.Wanted([.. wanted]));
    }

    private void TellFollowers(SchedulerState state, SchedulerEffect.StepChanged changed)
    {
        foreach (var id in changed.Builds)
        {
            if (state.Builds.TryGetValue(id, out var build))
            {
                var at = _parts.Time.GetUtcNow();
                TellFollowers(id, new BuildEvent.StepChanged(changed.Step, build.Counts, at));
            }
        }
    }

    private void TellFollowers(BuildId build, BuildEvent happened)
    {
        foreach (var follower in _followers.GetValueOrDefault(build) ?? [])
        {
            follower.Tell(happened);
        }
    }

    private void Forget(IActorRef gone)
    {
        foreach (var followers in _followers.Values)
        {
            followers.Remove(gone);
        }

        foreach (var (worker, link) in _links)
        {
            if (link.Equals(gone))
            {
                _links.Remove(worker);
            }
        }
    }

    private sealed record Decision(
        long Number,
        SchedulerState State,
        ImmutableArray<SchedulerEffect> Effects,
        Answer? Answer,
        bool IsRecorded
    );

    private abstract record Answer
    {
        private Answer() { }

        public sealed record OfBuild(IActorRef To, BuildId Build) : Answer;

        public sealed record OfRestored(IActorRef To) : Answer;

        public sealed record OfCancel(IActorRef To, bool WasThere) : Answer;
    }

    private sealed record OutputsNotLookedUp(SchedulerEffect.VerifyOutputs Wish, Exception Cause);

    private sealed record NotResolved(SchedulerEffect.ResolveStep Wish, Exception Cause);

    private sealed record ResolveAgain(SchedulerEffect.ResolveStep Wish);

    private sealed record VerifyAgain(SchedulerEffect.VerifyOutputs Wish);
}
