using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Scheduling;

public sealed class LeaseTests
{
    private static readonly BuildOutcome.Built Built = new([], TimeSpan.Zero, TimeSpan.Zero);
    private readonly SchedulerDriver _farm = new();

    [Fact]
    public void An_attempt_that_stays_too_long_in_a_phase_is_given_to_another_worker()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        var first = _farm.AttemptOf("a");
        _farm.Pass(Defaults.Limits.Offered + TimeSpan.FromSeconds(1));
        _farm.Pass(Defaults.FirstBackOff);
        Assert.NotEqual(first.Worker, _farm.AttemptOf("a").Worker);
    }

    [Fact]
    public void Each_phase_has_its_own_deadline()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Pass(TimeSpan.FromSeconds(29));
        _farm.Report("w1", In(_farm.AttemptOf("a"), BuildPhase.Building));
        _farm.Pass(TimeSpan.FromHours(9));
        Assert.Equal(BuildPhase.Building, _farm.AttemptOf("a").Phase);
    }

    [Fact]
    public void The_late_result_of_a_superseded_attempt_is_refused()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        var first = _farm.AttemptOf("a");
        _farm.Pass(Defaults.Limits.Offered + TimeSpan.FromSeconds(1));
        _farm.Pass(Defaults.FirstBackOff);
        var second = _farm.AttemptOf("a");
        var effects = _farm.Report(first.Worker.Name, Ended(first, Built));
        Assert.Equal(new StepState.Assigned(second), _farm.StateOf("a"));
        Assert.Contains(new SchedulerEffect.DesiresChanged(first.Worker), effects);
    }

    [Fact]
    public void A_report_with_another_epoch_is_refused()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Report("w1", Ended(attempt with { Epoch = attempt.Epoch + 1 }, Built));
        Assert.Equal(BuildPhase.Offered, _farm.AttemptOf("a").Phase);
    }

    [Fact]
    public void A_phase_never_goes_back()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Report("w1", In(_farm.AttemptOf("a"), BuildPhase.Building));
        _farm.Report("w1", In(_farm.AttemptOf("a"), BuildPhase.Fetching));
        Assert.Equal(BuildPhase.Building, _farm.AttemptOf("a").Phase);
    }

    [Fact]
    public void Attempts_of_a_worker_that_is_gone_are_kept_for_the_grace_period()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Disconnect(attempt.Worker.Name);
        _farm.Pass(Defaults.Grace - TimeSpan.FromSeconds(1));
        Assert.Equal(attempt, _farm.AttemptOf("a"));
        _farm.Pass(TimeSpan.FromSeconds(1));
        Assert.NotEqual(attempt.Worker, _farm.AttemptOf("a").Worker);
    }

    [Fact]
    public void A_worker_that_comes_back_in_time_keeps_its_attempts()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Report("w1", In(attempt, BuildPhase.Building));
        _farm.Disconnect("w1");
        _farm.Pass(TimeSpan.FromSeconds(50));
        _farm.Connect("w1", has: [In(attempt, BuildPhase.Building)]);
        _farm.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(attempt.Id, _farm.AttemptOf("a").Id);
    }

    [Fact]
    public void A_worker_that_comes_back_finished_is_done()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Disconnect("w1");
        _farm.Connect("w1", has: [Ended(attempt, Built)]);
        Assert.IsType<StepState.Verifying>(_farm.StateOf("a"));
    }

    [Fact]
    public void An_accepted_attempt_that_the_worker_forgot_is_tried_again()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Report("w1", In(_farm.AttemptOf("a"), BuildPhase.Accepted));
        _farm.Disconnect("w1");
        _farm.Connect("w1");
        Assert.IsType<StepState.BackingOff>(_farm.StateOf("a"));
    }

    [Fact]
    public void An_offered_attempt_that_the_worker_does_not_name_yet_is_offered_still()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Report("w1");
        Assert.Equal(attempt, _farm.AttemptOf("a"));
    }

    [Fact]
    public void What_an_older_session_says_is_ignored()
    {
        _farm.Connect("w1");
        var old = _farm.Sessions["w1"];
        _farm.Connect("w1");
        _farm.Happen(new SchedulerEvent.WorkerDisconnected(WorkerId.Parse("w1"), old));
        Assert.IsType<WorkerLink.Connected>(_farm.State.Workers[WorkerId.Parse("w1")].Link);
    }

    [Fact]
    public void After_a_restart_a_live_attempt_waits_for_its_worker_and_is_adopted()
    {
        var attempt = Restored();
        _farm.Connect("w2");
        Assert.Equal(attempt.Id, _farm.AttemptOf("a").Id);
        _farm.Connect("w1", has: [In(attempt, BuildPhase.Building)]);
        Assert.Equal(attempt.Id, _farm.AttemptOf("a").Id);
        Assert.Equal(BuildPhase.Building, _farm.AttemptOf("a").Phase);
        Assert.Empty(_farm.Effects.OfType<SchedulerEffect.AttemptStarted>());
    }

    [Fact]
    public void After_a_restart_an_attempt_whose_worker_stays_away_runs_elsewhere_with_the_next_epoch()
    {
        var attempt = Restored();
        _farm.Connect("w2");
        _farm.Pass(Defaults.Grace);
        Assert.Equal("w2", _farm.AttemptOf("a").Worker.Name);
        Assert.Equal(attempt.Epoch + 1, _farm.AttemptOf("a").Epoch);
    }

    [Fact]
    public void After_a_restart_a_failed_step_stays_failed()
    {
        _farm.Happen(
            new SchedulerEvent.Restored(
                [
                    new SchedulerEvent.BuildQueued(
                        BuildId.Create(1),
                        0,
                        _farm.Now,
                        [Drv("b")],
                        [Spec("a"), Spec("b", ["a"]), Spec("c")]
                    ),
                ],
                ImmutableDictionary<StorePath, StepFailure>.Empty.Add(
                    Drv("a"),
                    new("exit code 1", FailureKind.Timeout)
                ),
                ImmutableDictionary<StorePath, Attempt>.Empty,
                ImmutableDictionary<StorePath, long>.Empty
            )
        );
        Assert.Equal(new StepState.Failed("exit code 1", null, FailureKind.Timeout), _farm.StateOf("a"));
        Assert.Equal(new StepState.DependencyFailed(Drv("a")), _farm.StateOf("b"));
        Assert.IsType<StepState.Runnable>(_farm.StateOf("c"));
    }

    [Fact]
    public void A_worker_that_fails_again_and_again_is_taken_out_and_let_in_by_a_canary()
    {
        _farm.Connect("w1", slots: 4);
        string[] steps = ["a", "b", "c", "d"];
        _farm.Queue(steps, [.. steps.Select(step => Spec(step))]);
        foreach (var step in steps.Take(Defaults.QuarantineAfter))
        {
            _farm.Finish(step, new BuildOutcome.InfrastructureFailed("disk full", IsTransient: true));
        }

        _farm.Succeed("d");
        _farm.Connect("w1", slots: 4);
        _farm.Pass(TimeSpan.FromSeconds(29));
        Assert.Empty(_farm.Running("w1").Except(["d"]));
        _farm.Pass(TimeSpan.FromSeconds(1));
        var canary = Assert.Single(_farm.Running("w1"));
        _farm.Succeed(canary);
        Assert.Equal(2, _farm.Running("w1").Length);
    }

    [Fact]
    public void A_canary_that_fails_takes_the_worker_out_for_twice_as_long()
    {
        _farm.Connect("w1", slots: 3);
        _farm.Queue(["a", "b", "c"], Spec("a"), Spec("b"), Spec("c"));
        foreach (var step in new[] { "a", "b", "c" })
        {
            _farm.Finish(step, new BuildOutcome.InfrastructureFailed("disk full", IsTransient: true));
        }

        _farm.Pass(Defaults.FirstQuarantine);
        _farm.Finish(_farm.Running("w1").Single(), new BuildOutcome.InfrastructureFailed("disk full", true));
        var health = Assert.IsType<WorkerHealth.Quarantined>(_farm.State.Workers[WorkerId.Parse("w1")].Health);
        Assert.Equal(_farm.Now + (Defaults.FirstQuarantine * 2), health.Until);
    }

    private Attempt Restored()
    {
        var id = AttemptId.Parse("018f8fad-5bd9-7469-a165-70867728950e");
        var attempt = new Attempt(id, 3, WorkerId.Parse("w1"), BuildPhase.Offered, _farm.Now, _farm.Now);
        _farm.Happen(
            new SchedulerEvent.Restored(
                [new SchedulerEvent.BuildQueued(BuildId.Create(1), 0, _farm.Now, [Drv("a")], [Spec("a")])],
                ImmutableDictionary<StorePath, StepFailure>.Empty,
                ImmutableDictionary<StorePath, Attempt>.Empty.Add(Drv("a"), attempt),
                ImmutableDictionary<StorePath, long>.Empty.Add(Drv("a"), 3)
            )
        );
        return attempt;
    }
}
