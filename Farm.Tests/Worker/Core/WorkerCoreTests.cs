using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

public sealed class WorkerCoreTests
{
    private readonly WorkerDriver _worker = new(SomeWorker.Profile());

    private static readonly AttemptKey One = SomeWorker.Key(1);

    [Fact]
    public void A_new_session_begins_with_a_hello_that_names_the_worker()
    {
        var effects = _worker.Do(new WorkerEvent.SessionOpened(1));
        var send = Assert.IsType<WorkerEffect.Send>(Assert.Single(effects));
        var hello = Assert.IsType<WorkerMessage.Hello>(send.Message);
        Assert.Equal("w1", hello.Worker.Name);
        Assert.Empty(hello.Attempts);
    }

    [Fact]
    public void A_wanted_attempt_is_started_and_reported()
    {
        var effects = _worker.Connect().Desire(SomeWorker.Order(1));
        Assert.Contains(effects, effect => effect is WorkerEffect.StartBuild start && start.Key == One);
        var report = Assert.Single(WorkerDriver.Reported(effects));
        Assert.Equal((One.Attempt, 1L, BuildPhase.Fetching), (report.Attempt, report.Epoch, report.Phase));
    }

    [Fact]
    public void The_same_desired_state_again_starts_nothing()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        Assert.Empty(_worker.Desire(SomeWorker.Order(1)));
        Assert.Empty(_worker.Desire(SomeWorker.Order(1, isKnown: true)));
    }

    [Fact]
    public void An_order_without_request_for_an_unknown_attempt_is_not_reported()
    {
        Assert.Empty(_worker.Connect().Desire(SomeWorker.Order(1, isKnown: true)));
        Assert.Empty(_worker.State.Attempts);
    }

    [Fact]
    public void One_attempt_more_than_there_are_slots_fetches_ahead_and_waits_for_a_slot()
    {
        var effects = _worker
            .Connect()
            .Desire(SomeWorker.Order(1), SomeWorker.Order(2), SomeWorker.Order(3), SomeWorker.Order(4));
        Assert.Equal(3, effects.Count(effect => effect is WorkerEffect.StartBuild));
        _worker.Build(One).Build(SomeWorker.Key(2));
        Assert.Empty(_worker.Do(new WorkerEvent.SlotWanted(SomeWorker.Key(3))));
        var ended = _worker.Do(new WorkerEvent.UploadStarted(One));
        Assert.Contains(new WorkerEffect.GrantSlot(SomeWorker.Key(3)), ended);
        Assert.Contains(
            ended,
            effect => effect is WorkerEffect.StartBuild { Key: var key } && key == SomeWorker.Key(4)
        );
    }

    [Fact]
    public void A_worker_without_slots_starts_nothing()
    {
        var worker = new WorkerDriver(SomeWorker.Profile(slots: 0)).Connect();
        Assert.DoesNotContain(worker.Desire(SomeWorker.Order(1)), effect => effect is WorkerEffect.StartBuild);
    }

    [Fact]
    public void An_attempt_that_is_no_longer_wanted_is_cancelled_and_forgotten_when_it_has_ended()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        Assert.Contains(new WorkerEffect.CancelBuild(One), _worker.Desire());
        Assert.DoesNotContain(new WorkerEffect.CancelBuild(One), _worker.Desire());
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, new BuildOutcome.Cancelled()));
        Assert.Contains(new WorkerEffect.Forget(One), ended);
        Assert.Empty(_worker.State.Attempts);
    }

    [Fact]
    public void A_build_that_is_being_stopped_keeps_its_slot_until_it_has_ended()
    {
        _worker.Connect().Desire(SomeWorker.Order(1), SomeWorker.Order(2), SomeWorker.Order(3));
        _worker.Build(One).Build(SomeWorker.Key(2));
        _worker.Do(new WorkerEvent.SlotWanted(SomeWorker.Key(3)));
        var cancelled = _worker.Desire(SomeWorker.Order(2), SomeWorker.Order(3));
        Assert.DoesNotContain(cancelled, effect => effect is WorkerEffect.GrantSlot);
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, new BuildOutcome.Cancelled()));
        Assert.Contains(new WorkerEffect.GrantSlot(SomeWorker.Key(3)), ended);
    }

    [Fact]
    public void An_outcome_is_reported_until_the_attempt_is_no_longer_listed()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, SomeWorker.Failed));
        Assert.Equal(SomeWorker.Failed, Assert.Single(WorkerDriver.Reported(ended)).Outcome);
        _worker.Do(new WorkerEvent.SessionClosed(1));
        var hello = _worker.Do(new WorkerEvent.SessionOpened(2)).OfType<WorkerEffect.Send>().Single().Message;
        Assert.Equal(SomeWorker.Failed, Assert.Single(((WorkerMessage.Hello)hello).Attempts).Outcome);
        _worker.Hear(new CoordinatorMessage.Welcome("c1", TimeSpan.FromSeconds(10)), 2);
        Assert.Contains(new WorkerEffect.Forget(One), _worker.Desire());
    }

    [Fact]
    public void An_order_with_an_older_epoch_disturbs_nothing()
    {
        _worker.Connect().Desire(SomeWorker.Order(1, epoch: 2));
        Assert.Empty(_worker.Desire(SomeWorker.Order(1, epoch: 1)));
    }

    [Fact]
    public void An_order_with_a_newer_epoch_ends_the_older_attempt()
    {
        _worker.Connect().Desire(SomeWorker.Order(1, epoch: 1));
        Assert.Contains(new WorkerEffect.CancelBuild(One), _worker.Desire(SomeWorker.Order(1, epoch: 2)));
    }

    [Fact]
    public void What_a_build_of_another_epoch_says_is_ignored()
    {
        _worker.Connect().Desire(SomeWorker.Order(1, epoch: 2));
        Assert.Empty(_worker.Do(new WorkerEvent.BuildEnded(One, SomeWorker.Failed)));
        Assert.IsType<AttemptStage.Fetching>(_worker.State.Attempts[One.Attempt].Stage);
    }

    [Fact]
    public void Messages_of_an_older_session_are_ignored()
    {
        _worker.Connect();
        _worker.Do(new WorkerEvent.SessionClosed(1));
        _worker.Connect(2).Desire(SomeWorker.Order(1));
        Assert.Empty(_worker.Hear(new CoordinatorMessage.DesiredState([]), session: 1));
        Assert.Single(_worker.State.Attempts);
    }

    [Fact]
    public void Builds_go_on_while_disconnected_until_the_grace_period_is_over()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        _worker.Do(new WorkerEvent.SessionClosed(1));
        Assert.Empty(_worker.Pass(SomeWorker.Grace));
        Assert.Contains(new WorkerEffect.CancelBuild(One), _worker.Pass(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_result_survives_the_grace_period()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        _worker.Do(new WorkerEvent.SessionClosed(1));
        _worker.Do(new WorkerEvent.BuildEnded(One, SomeWorker.Failed));
        Assert.Empty(_worker.Pass(SomeWorker.Grace * 2));
        Assert.Single(_worker.State.Attempts);
    }

    [Fact]
    public void A_phase_that_lasts_too_long_ends_the_attempt_with_a_failure_of_the_worker()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        Assert.Contains(
            new WorkerEffect.CancelBuild(One),
            _worker.Pass(SomeWorker.Limits.Fetching + TimeSpan.FromSeconds(1))
        );
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, new BuildOutcome.Cancelled()));
        var failure = Assert.IsType<BuildOutcome.InfrastructureFailed>(
            Assert.Single(WorkerDriver.Reported(ended)).Outcome
        );
        Assert.Contains("Fetching", failure.Reason, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public void What_was_built_in_spite_of_the_deadline_counts()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        _worker.Pass(SomeWorker.Limits.Fetching + TimeSpan.FromSeconds(1));
        var built = new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero);
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, built));
        Assert.Equal(built, Assert.Single(WorkerDriver.Reported(ended)).Outcome);
    }

    [Fact]
    public void A_silent_session_gets_a_heartbeat()
    {
        _worker.Connect();
        Assert.Empty(_worker.Pass(TimeSpan.FromSeconds(9)));
        Assert.Equal([new WorkerEffect.Send(new WorkerMessage.Heartbeat())], _worker.Pass(TimeSpan.FromSeconds(1)));
        Assert.Empty(_worker.Pass(TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void A_stop_ends_every_build_reports_it_and_is_then_over()
    {
        _worker.Connect().Desire(SomeWorker.Order(1));
        Assert.Contains(new WorkerEffect.CancelBuild(One), _worker.Do(new WorkerEvent.StopRequested()));
        var ended = _worker.Do(new WorkerEvent.BuildEnded(One, new BuildOutcome.Cancelled()));
        Assert.IsType<BuildOutcome.InfrastructureFailed>(Assert.Single(WorkerDriver.Reported(ended)).Outcome);
        Assert.IsType<WorkerEffect.Stopped>(ended[^1]);
    }

    [Fact]
    public void A_worker_that_stops_takes_nothing_new()
    {
        _worker.Connect().Do(new WorkerEvent.StopRequested());
        Assert.DoesNotContain(_worker.Desire(SomeWorker.Order(1)), effect => effect is WorkerEffect.StartBuild);
    }
}
