using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Scheduling;

public sealed class SchedulerTests
{
    private static readonly BuildOutcome.BuilderFailed Failure = new(new ProcessEnd.Exited(1), []);
    private readonly SchedulerDriver _farm = new();

    [Fact]
    public void A_step_waits_until_its_inputs_are_done()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(["b"], Spec("a"), Spec("b", ["a"]));
        Assert.Equal(new StepState.Waiting(1), _farm.StateOf("b"));
        _farm.Succeed("a");
        Assert.IsType<StepState.Assigned>(_farm.StateOf("b"));
    }

    [Fact]
    public void A_step_that_two_builds_want_is_built_once()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(["a"], Spec("a"));
        _farm.Queue(["a"], Spec("a"));
        Assert.Single(_farm.Effects.OfType<SchedulerEffect.AttemptStarted>());
        _farm.Succeed("a");
        Assert.Equal(2, _farm.Effects.OfType<SchedulerEffect.BuildEnded>().Count());
        Assert.Equal(0, _farm.State.Counts.Total());
    }

    [Fact]
    public void Builds_that_share_steps_which_were_valid_for_the_later_one_both_end()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(["b", "s"], Spec("a"), Spec("b", ["a"]), Spec("s"));
        _farm.Succeed("a");
        _farm.Succeed("b");
        // Valid steps are told without their inputs, so that their order says nothing.
        _farm.Queue(["b", "a", "s"], Spec("b", isValid: true), Spec("a", isValid: true), Spec("s"));
        _farm.Succeed("s");
        Assert.Equal(2, _farm.Effects.OfType<SchedulerEffect.BuildEnded>().Count());
        Assert.Equal(0, _farm.State.Counts.Total());
    }

    [Fact]
    public void A_build_whose_roots_are_valid_ends_at_once()
    {
        _farm.Queue(["a"], Spec("a", isValid: true));
        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        Assert.Equal(BuildState.Succeeded, ended.Build.State);
    }

    [Fact]
    public void A_failed_step_fails_all_that_need_it_and_names_itself()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(["d"], Spec("a"), Spec("b", ["a"]), Spec("c"), Spec("d", ["b", "c"]));
        _farm.Finish("a", Failure);
        Assert.Equal(new StepState.DependencyFailed(Drv("a")), _farm.StateOf("d"));
        _farm.Succeed("c");
        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        Assert.Equal(BuildState.Failed, ended.Build.State);
        Assert.Equal(new StepCounts(0, 0, 0, 1, 1, 2), ended.Build.Counts);
        Assert.Equal(Drv("a"), Assert.Single(ended.Build.Failures).DrvPath);
    }

    [Fact]
    public void A_failure_of_the_builder_is_not_tried_again()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        _farm.Finish("a", Failure);
        _farm.Pass(TimeSpan.FromHours(1));
        Assert.Single(_farm.Effects.OfType<SchedulerEffect.AttemptStarted>());
    }

    [Fact]
    public void A_failure_of_infrastructure_is_tried_again_on_another_worker_after_a_wait()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        var first = _farm.AttemptOf("a");
        _farm.Finish("a", new BuildOutcome.InfrastructureFailed("disk full", IsTransient: true));
        Assert.IsType<StepState.BackingOff>(_farm.StateOf("a"));
        _farm.Pass(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first.Worker, _farm.AttemptOf("a").Worker);
        Assert.Equal(2, _farm.AttemptOf("a").Epoch);
    }

    [Fact]
    public void The_only_worker_is_tried_again_though_it_failed()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Finish("a", new BuildOutcome.InfrastructureFailed("disk full", IsTransient: true));
        _farm.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("w1", _farm.AttemptOf("a").Worker.Name);
    }

    [Fact]
    public void A_step_fails_after_the_last_attempt()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["a"], Spec("a"));
        for (var i = 0; i < Defaults.MaxAttempts; i++)
        {
            Assert.Empty(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
            _farm.Finish("a", new BuildOutcome.InfrastructureFailed("disk full", IsTransient: true));
            _farm.Pass(TimeSpan.FromHours(1));
        }

        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        var failed = Assert.IsType<StepStatus.Failed>(Assert.Single(ended.Build.Failures).Status);
        Assert.Contains("disk full", failed.Reason);
    }

    [Fact]
    public void A_failure_that_the_worker_calls_final_is_not_brought_back_to_it()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Finish("a", new BuildOutcome.InfrastructureFailed("no sandbox", IsTransient: false));
        Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
    }

    [Fact]
    public void Slots_are_never_exceeded()
    {
        _farm.Connect("w1", slots: 2);
        _farm.Queue(["a", "b", "c"], Spec("a"), Spec("b"), Spec("c"));
        Assert.Equal(2, _farm.Running("w1").Length);
    }

    [Fact]
    public void A_higher_priority_goes_before_a_longer_path_and_that_before_age()
    {
        _farm.Queue(["old"], Spec("old", seconds: 1));
        _farm.Queue(["long"], Spec("long", seconds: 100));
        _farm.Queue(5, ["urgent"], Spec("urgent", seconds: 1));
        _farm.Queue(["young"], Spec("young", seconds: 1));
        _farm.Connect("w1", slots: 1);
        string[] order = ["urgent", "long", "old", "young"];
        foreach (var step in order)
        {
            Assert.Equal([step], _farm.Running("w1"));
            _farm.Succeed(step);
        }
    }

    [Fact]
    public void The_step_with_the_longest_chain_behind_it_goes_first()
    {
        _farm.Queue(
            ["z", "y"],
            Spec("a", seconds: 10),
            Spec("b", seconds: 1),
            Spec("y", ["a"], seconds: 1),
            Spec("z", ["b"], seconds: 50)
        );
        _farm.Connect("w1", slots: 1);
        Assert.Equal(["b"], _farm.Running("w1"));
    }

    [Fact]
    public void A_step_goes_to_a_worker_with_its_system_and_features()
    {
        _farm.Connect("plain", slots: 4);
        _farm.Connect("kvm", slots: 4, features: ["kvm"]);
        _farm.Connect("arm", slots: 4, systems: ["aarch64-linux"]);
        _farm.Queue(["a", "b"], Spec("a", features: ["kvm"]), Spec("b", system: "aarch64-linux"));
        Assert.Equal("kvm", _farm.AttemptOf("a").Worker.Name);
        Assert.Equal("arm", _farm.AttemptOf("b").Worker.Name);
    }

    [Fact]
    public void Builtin_is_built_by_any_worker()
    {
        _farm.Connect("arm", systems: ["aarch64-linux"]);
        _farm.Queue(["a"], Spec("a", system: "builtin"));
        Assert.Equal("arm", _farm.AttemptOf("a").Worker.Name);
    }

    [Fact]
    public void Among_free_workers_the_one_that_built_the_inputs_is_taken()
    {
        _farm.Connect("w1");
        _farm.Connect("w2");
        _farm.Queue(["c"], Spec("a"), Spec("b"), Spec("c", ["a", "b"]), Spec("d", ["b"]));
        var second = _farm.AttemptOf("b").Worker;
        _farm.Succeed("a");
        _farm.Succeed("b");
        Assert.Contains(second, new[] { _farm.AttemptOf("c").Worker, _farm.AttemptOf("d").Worker });
    }

    [Fact]
    public void Success_counts_only_when_the_outputs_are_in_the_store()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        _farm.Finish("a", new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero));
        Assert.IsType<StepState.Verifying>(_farm.StateOf("a"));
        _farm.Happen(new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, [Output("a")]));
        Assert.IsType<StepState.BackingOff>(_farm.StateOf("a"));
    }

    [Fact]
    public void A_finished_attempt_frees_its_slot_while_it_is_verified()
    {
        _farm.Connect("w1");
        _farm.Queue(["a", "b"], Spec("a"), Spec("b"));
        var first = _farm.Running("w1").Single();
        _farm.Finish(first, new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(2, _farm.Running("w1").Length);
    }

    [Fact]
    public void Cancelling_a_build_drops_steps_that_no_other_build_wants()
    {
        _farm.Connect("w1", slots: 4);
        var first = _farm.Queue(["b"], Spec("a"), Spec("b", ["a"]));
        _farm.Queue(["c"], Spec("a"), Spec("c", ["a"]), Spec("d"));
        _farm.Happen(new SchedulerEvent.BuildCancelled(first));
        Assert.Null(_farm.State.Find(Drv("b")));
        Assert.IsType<StepState.Assigned>(_farm.StateOf("a"));
        _farm.Succeed("a");
        Assert.IsType<StepState.Assigned>(_farm.StateOf("c"));
    }

    [Fact]
    public void Cancelling_calls_a_running_attempt_off_and_tells_the_worker()
    {
        _farm.Connect("w1");
        var build = _farm.Queue(["a"], Spec("a"));
        var attempt = _farm.AttemptOf("a");
        var effects = _farm.Happen(new SchedulerEvent.BuildCancelled(build));
        Assert.Contains(new SchedulerEffect.AttemptEnded(Drv("a"), attempt, new BuildOutcome.Cancelled()), effects);
        Assert.Contains(new SchedulerEffect.DesiresChanged(attempt.Worker), effects);
        Assert.Empty(_farm.Running("w1"));
    }

    [Fact]
    public void A_step_that_failed_is_built_anew_for_a_later_build()
    {
        _farm.Connect("w1");
        _farm.Queue(["a"], Spec("a"));
        _farm.Finish("a", Failure);
        _farm.Queue(["a"], Spec("a"));
        Assert.IsType<StepState.Assigned>(_farm.StateOf("a"));
    }
}
