using Farm.Cli.Progress;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Tests.Cli.Progress;

public sealed class ProgressStateTests
{
    private static readonly StepCounts Counts = new(
        Waiting: 1,
        Runnable: 0,
        Running: 1,
        Done: 3,
        Failed: 0,
        DependencyFailed: 0
    );

    private readonly ProgressState _state = ProgressState.Of(
        Sample.Build(Counts, [Sample.Running("a", "w1", BuildPhase.Fetching)])
    );

    [Fact]
    public void A_step_that_starts_is_added_at_the_end() =>
        Assert.Equal("a b", Names(After(Sample.Running("b", "w2", BuildPhase.Offered))));

    [Fact]
    public void A_step_that_changes_its_phase_keeps_its_place()
    {
        var state = After(Sample.Running("a", "w1", BuildPhase.Building));
        Assert.Equal(BuildPhase.Building, state.RunningOf(Sample.Drv("a"))?.Phase);
        Assert.Equal("a", Names(state));
    }

    [Fact]
    public void A_step_that_is_done_runs_no_more() =>
        Assert.Empty(After(Sample.Step("a", new StepStatus.Done(Sample.Attempt))).Running);

    [Fact]
    public void A_step_that_fails_moves_to_the_failures()
    {
        var state = After(Sample.Failed("a", "exit code 1"));
        Assert.Empty(state.Running);
        Assert.Equal("a", Assert.Single(state.Failures).Name);
    }

    [Fact]
    public void Counts_are_those_of_the_last_event()
    {
        var counts = Counts with { Done = 4 };
        var state = _state.After(
            new BuildEvent.StepChanged(Sample.Running("a", "w1", BuildPhase.Building), counts, Sample.Start)
        );
        Assert.Equal(counts, state.Counts);
    }

    [Fact]
    public void A_snapshot_after_a_lost_connection_replaces_all_but_what_was_valid_at_first()
    {
        var state = _state.After(new BuildEvent.Snapshot(Sample.Build(Counts with { Done = 5, Running = 0 })));
        Assert.Empty(state.Running);
        Assert.Equal(3, state.AlreadyDone);
        Assert.False(state.IsEnded);
    }

    [Fact]
    public void The_end_is_an_end() => Assert.True(_state.After(new BuildEvent.Ended(Sample.Build(Counts))).IsEnded);

    private static string Names(ProgressState state) => string.Join(' ', state.Running.Select(step => step.Name));

    private ProgressState After(StepSummary step) =>
        _state.After(new BuildEvent.StepChanged(step, Counts, Sample.Start));
}
