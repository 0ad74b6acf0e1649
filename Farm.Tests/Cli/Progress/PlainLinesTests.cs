using Farm.Cli.Progress;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Tests.Cli.Progress;

public sealed class PlainLinesTests
{
    private static readonly StepCounts Counts = new(
        Waiting: 4,
        Runnable: 0,
        Running: 1,
        Done: 3,
        Failed: 0,
        DependencyFailed: 0
    );

    private static readonly BuildView Build = Sample.Build(
        Counts,
        [Sample.Running("a-1.0", "w1", BuildPhase.Building)]
    );

    [Fact]
    public void The_first_snapshot_tells_how_much_there_is_to_do() =>
        Assert.Equal(
            "Build 7: 5 steps to do, 3 valid already.|started a-1.0 on w1",
            Lines(null, new BuildEvent.Snapshot(Build))
        );

    [Fact]
    public void A_build_of_which_all_is_there_says_so() =>
        Assert.Equal(
            "Build 7: all 12 steps valid already.",
            Lines(null, new BuildEvent.Snapshot(Sample.Build(new StepCounts(0, 0, 0, 12, 0, 0))))
        );

    [Fact]
    public void A_later_snapshot_means_that_the_coordinator_is_back() =>
        Assert.Equal(
            "The coordinator answers again; the build goes on.",
            Lines(ProgressState.Of(Build), new BuildEvent.Snapshot(Build))
        );

    [Fact]
    public void A_step_that_starts_has_a_line() =>
        Assert.Equal("started b on w2", Change(Sample.Running("b", "w2", BuildPhase.Offered)));

    [Fact]
    public void A_change_of_phase_has_none() =>
        Assert.Equal("", Change(Sample.Running("a-1.0", "w1", BuildPhase.Uploading)));

    [Fact]
    public void A_step_that_is_done_has_a_line_with_time_and_worker() =>
        Assert.Equal(
            "[3/8] built a-1.0 in 7.0 s on w1",
            Change(Sample.Step("a-1.0", new StepStatus.Done(Sample.Attempt)))
        );

    [Fact]
    public void A_step_that_fails_has_a_line_with_the_reason() =>
        Assert.Equal("[3/8] failed a-1.0: exit code 2", Change(Sample.Failed("a-1.0", "exit code 2")));

    [Fact]
    public void A_step_whose_worker_died_goes_back() =>
        Assert.Equal(
            "[3/8] a-1.0 goes back to the queue; it was on w1",
            Change(Sample.Step("a-1.0", new StepStatus.Runnable(null)))
        );

    [Fact]
    public void A_step_that_just_becomes_ready_has_no_line() =>
        Assert.Equal("", Change(Sample.Step("b", new StepStatus.Runnable(null))));

    private static string Change(StepSummary step) =>
        Lines(ProgressState.Of(Build), new BuildEvent.StepChanged(step, Counts, Sample.Start.AddSeconds(7)));

    private static string Lines(ProgressState? before, BuildEvent happened) =>
        string.Join('|', PlainLines.For(before, happened));
}
