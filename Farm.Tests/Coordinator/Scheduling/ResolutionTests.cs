using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using static Farm.Tests.Coordinator.Scheduling.SchedulerDriver;

namespace Farm.Tests.Coordinator.Scheduling;

/// <summary>Steps whose outputs are not in their derivations.</summary>
public sealed class ResolutionTests
{
    private static readonly Sha256Digest s_hash = Sha256Digest.Compute("a"u8);
    private static readonly StepResolution s_resolution = new(Drv("b-resolved"), s_hash);

    private readonly SchedulerDriver _farm = new();

    [Fact]
    public void What_a_build_came_to_is_recorded_and_then_known_of_its_step()
    {
        _farm.Queue(["a"], OpenSpec("a") with { RealisationHash = s_hash });
        _farm.Connect("w1");
        var attempt = _farm.AttemptOf("a");
        _farm.Finish("a", Built("a"));
        var wish = Assert.Single(_farm.Effects.OfType<SchedulerEffect.VerifyOutputs>());
        Assert.Equal(Output("a"), Assert.Single(wish.Outputs));
        Assert.Equal(Output("a"), wish.ToRealise!.Outputs["out"]);
        Assert.Equal(s_hash, Assert.Single(wish.ToRealise.Hashes));
        _farm.Happen(new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, [], wish.ToRealise.Outputs));
        Assert.Equal(Output("a"), Ended().Roots[0].Outputs["out"]);
    }

    [Fact]
    public void A_path_that_was_recorded_before_is_the_one_that_counts()
    {
        _farm.Queue(["a"], OpenSpec("a"));
        _farm.Connect("w1");
        var attempt = _farm.AttemptOf("a");
        _farm.Finish("a", Built("a"));
        var first = ImmutableSortedDictionary<string, StorePath>.Empty.Add("out", Output("first"));
        _farm.Happen(new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, [], first));
        Assert.Equal(Output("first"), Ended().Roots[0].Outputs["out"]);
    }

    [Fact]
    public void A_worker_that_does_not_say_what_an_output_came_to_has_failed_itself()
    {
        _farm.Queue(["a"], OpenSpec("a"));
        _farm.Connect("w1");
        _farm.Finish("a", Built("other"));
        Assert.IsType<StepState.BackingOff>(_farm.StateOf("a"));
    }

    [Fact]
    public void A_step_is_resolved_with_what_its_inputs_came_to_before_a_worker_gets_it()
    {
        BuildInput();
        var wish = Assert.Single(_farm.Effects.OfType<SchedulerEffect.ResolveStep>());
        Assert.Equal((Drv("b"), Output("a")), (wish.DrvPath, wish.Inputs[Drv("a")]["out"]));
        Assert.IsType<StepState.Resolving>(_farm.StateOf("b"));
        _farm.Happen(Resolved(isValid: false));
        Assert.Equal(Drv("b-resolved"), _farm.State.Find(Drv("b"))!.Spec.BuiltAs);
        Assert.Equal(s_hash, _farm.State.Find(Drv("b"))!.Spec.BuiltAsHash);
        _farm.AttemptOf("b");
    }

    [Fact]
    public void A_step_that_comes_to_what_is_there_already_is_done_without_a_build()
    {
        BuildInput();
        _farm.Happen(Resolved(isValid: true));
        var ended = Ended();
        Assert.Equal(Output("b"), ended.Roots[0].Outputs["out"]);
        Assert.Equal(Farm.Protocol.Api.BuildState.Succeeded, ended.State);
        Assert.Single(_farm.Effects.OfType<SchedulerEffect.AttemptStarted>());
    }

    [Fact]
    public void A_step_that_cannot_be_resolved_has_failed()
    {
        BuildInput();
        _farm.Happen(new SchedulerEvent.StepUnresolvable(Drv("b"), "for some reason"));
        Assert.Equal(Farm.Protocol.Api.BuildState.Failed, Ended().State);
    }

    [Fact]
    public void A_resolved_derivation_that_left_the_store_is_made_again()
    {
        BuildInput();
        _farm.Happen(Resolved(isValid: false));
        var attempt = _farm.AttemptOf("b");
        _farm.Happen(new SchedulerEvent.RequestUnavailable(attempt.Worker, attempt.Id, "it is gone"));
        _farm.Pass(TimeSpan.FromSeconds(2));
        Assert.IsType<StepState.Resolving>(_farm.StateOf("b"));
        Assert.Equal(2, _farm.Effects.OfType<SchedulerEffect.ResolveStep>().Count());
    }

    [Fact]
    public void An_answer_for_a_step_that_was_called_off_changes_nothing()
    {
        var build = BuildInput();
        _farm.Happen(new SchedulerEvent.BuildCancelled(build));
        Assert.Empty(_farm.Happen(Resolved(isValid: true)));
        Assert.Empty(_farm.Happen(new SchedulerEvent.StepUnresolvable(Drv("b"), "for some reason")));
    }

    [Fact]
    public void An_attempt_from_before_a_restart_is_given_back_and_can_be_given_anew_when_it_is_resolved()
    {
        var attempt = new Attempt(
            AttemptId.Create(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950f")),
            1,
            WorkerId.Parse("w1"),
            BuildPhase.Building,
            _farm.Now,
            _farm.Now
        );
        var valid = OpenSpec("a") with { IsValid = true, Outputs = Out("a") };
        _farm.Happen(
            new SchedulerEvent.Restored(
                [new(BuildId.Create(1), 0, _farm.Now, [Drv("b")], [valid, OpenSpec("b", "a")])],
                ImmutableDictionary<StorePath, StepFailure>.Empty,
                ImmutableDictionary<StorePath, Attempt>.Empty.Add(Drv("b"), attempt),
                ImmutableDictionary<StorePath, long>.Empty.Add(Drv("b"), 1)
            )
        );
        Assert.Null(_farm.State.Find(Drv("b"))!.Spec.BuiltAs);
        _farm.AttemptOf("b");
        var effects = _farm.Happen(Resolved(isValid: false));
        Assert.Contains(new SchedulerEffect.DesiresChanged(attempt.Worker), effects);
        Assert.Equal(attempt.Id, _farm.AttemptOf("b").Id);
    }

    private BuildId BuildInput()
    {
        var build = _farm.Queue(["b"], OpenSpec("a"), OpenSpec("b", "a"));
        _farm.Connect("w1");
        var attempt = _farm.AttemptOf("a");
        _farm.Finish("a", Built("a"));
        _farm.Happen(new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, [], Out("a")));
        return build;
    }

    private Farm.Protocol.Api.BuildView Ended() =>
        Assert.Single(_farm.Effects.OfType<SchedulerEffect.BuildEnded>()).Build;

    private static SchedulerEvent.StepResolved Resolved(bool isValid) =>
        new(Drv("b"), s_resolution, isValid ? Out("b") : Out("b").Clear(), isValid);

    private static ImmutableSortedDictionary<string, StorePath> Out(string name) =>
        ImmutableSortedDictionary.Create<string, StorePath>(StringComparer.Ordinal).Add("out", Output(name));

    private static BuildOutcome.Built Built(string name) =>
        new(
            [
                new PathInfo
                {
                    Path = Output(name),
                    NarHash = Sha256Digest.Compute("x"u8),
                    NarSizeBytes = 1,
                },
            ],
            TimeSpan.Zero,
            TimeSpan.Zero
        );
}
