using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Scheduling;

/// <summary>Steps that are built again though their outputs are there.</summary>
public sealed class BuiltAgainTests
{
    private static readonly StepSpec s_checked = Spec("a") with { Mode = BuildMode.Check };
    private readonly SchedulerDriver _farm = new();

    [Fact]
    public void A_check_is_another_step_than_the_derivation_that_is_there()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(BuildMode.Check, 0, ["a"], s_checked);
        _farm.Queue(["b"], Spec("a", isValid: true), Spec("b", ["a"]));
        Assert.Equal(["a", "b"], _farm.Running("w1").Order());
        Assert.IsType<StepState.Done>(_farm.State.Find(new StepKey(Drv("a")))!.State);
        Assert.IsType<StepState.Assigned>(_farm.StateOf("a"));
    }

    [Fact]
    public void A_derivation_that_is_checked_and_is_an_input_of_what_is_checked_is_two_steps_of_one_build()
    {
        _farm.Connect("w1", slots: 4);
        var above = Spec("b", ["a"]) with { Mode = BuildMode.Check };
        _farm.Queue(BuildMode.Check, 0, ["a", "b"], s_checked, Spec("a", isValid: true), above);
        Assert.Equal(["a", "b"], _farm.Running("w1").Order());
        _farm.Succeed("a");
        _farm.Succeed("b");
        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        Assert.Equal((BuildState.Succeeded, 3), (ended.Build.State, ended.Build.Counts.Done));
    }

    [Fact]
    public void What_came_out_otherwise_fails_the_build_with_a_kind_of_its_own()
    {
        _farm.Connect("w1");
        _farm.Queue(BuildMode.Check, 0, ["a"], s_checked);
        _farm.Finish("a", new BuildOutcome.NotDeterministic(Output("a"), "/kept"));
        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        var failed = Assert.IsType<StepStatus.Failed>(Assert.Single(ended.Build.Failures).Status);
        Assert.Equal(FailureKind.NotDeterministic, failed.Kind);
        Assert.Equal(0, _farm.State.Counts.Total());
    }

    [Fact]
    public void A_repair_waits_for_the_repair_of_its_inputs()
    {
        _farm.Connect("w1", slots: 4);
        var (below, above) = (
            Spec("a") with
            {
                Mode = BuildMode.Repair,
            },
            Spec("b", ["a"]) with
            {
                Mode = BuildMode.Repair,
            }
        );
        _farm.Queue(BuildMode.Repair, 0, ["b"], below, above);
        Assert.Equal(["a"], _farm.Running("w1"));
        _farm.Succeed("a");
        Assert.Equal(["b"], _farm.Running("w1"));
    }

    [Fact]
    public void What_builders_used_is_added_up_for_each_build_that_wants_them()
    {
        _farm.Connect("w1", slots: 4);
        _farm.Queue(["a", "b"], Spec("a"), Spec("b"));
        var used = new BuildUsage(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), 100, 7);
        _farm.Finish("a", new BuildOutcome.BuilderFailed(new ProcessEnd.Exited(1), []) { Usage = used });
        _farm.Finish(
            "b",
            new BuildOutcome.BuilderFailed(new ProcessEnd.Exited(1), []) { Usage = used with { PeakMemoryBytes = 50 } }
        );
        var ended = Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>());
        Assert.Equal(new UsageTotal(2, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(10), 100, 14), ended.Build.Usage);
    }
}
