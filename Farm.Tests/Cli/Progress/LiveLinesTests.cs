using Farm.Cli.Progress;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Tests.Cli.Progress;

public sealed class LiveLinesTests
{
    private static readonly DateTimeOffset Now = Sample.Start.AddSeconds(75);

    [Fact]
    public void Running_steps_come_first_and_the_summary_last() =>
        Assert.Equal(
            """
            [blue]●[/] bash-5.2.15   worker-1  building             1:05
            [blue]●[/] coreutils-9.1  worker-2  fetching inputs     1.0 s
            [green]━━━━━━━━━━━━━━━[/][grey]━━━━━━━━━━━━━━━[/] 6/12  2 running, 4 waiting, 6 done  1:15
            """.Replace("bash-5.2.15   ", "bash-5.2.15    ", StringComparison.Ordinal),
            Picture(
                new StepCounts(3, 1, 2, 6, 0, 0),
                [
                    Sample.Running("bash-5.2.15", "worker-1", BuildPhase.Building, startedAfter: 10),
                    Sample.Running("coreutils-9.1", "worker-2", BuildPhase.Fetching, startedAfter: 74),
                ]
            )
        );

    [Fact]
    public void Failures_are_shown_above_and_turn_the_bar_red() =>
        Assert.Equal(
            """
            [red]failed x: builder said [[no]][/]
            [red]━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━[/][grey][/] 3/3  0 running, 0 waiting, 1 done, 2 failed  1:15
            """,
            Picture(new StepCounts(0, 0, 0, 1, 1, 1), [], [Sample.Failed("x", "builder said [no]")])
        );

    [Fact]
    public void The_bar_gives_way_to_the_time()
    {
        var state = ProgressState.Of(Sample.Build(new StepCounts(3, 1, 2, 6, 1, 1)));
        var line = Assert.Single(LiveLines.For(state, Now, width: 72, height: 10));
        Assert.EndsWith("2 failed  1:15", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        StepSummary[] running =
        [
            .. Enumerable.Range(0, 10).Select(n => Sample.Running($"step-{n}", "w", BuildPhase.Building)),
        ];
        var lines = Picture(new StepCounts(0, 0, 10, 0, 0, 0), running, height: 5).Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal("[grey]… and 7 more[/]", lines[3]);
    }

    [Fact]
    public void Long_names_are_clipped_to_the_width()
    {
        var line = Picture(
                new StepCounts(0, 0, 1, 0, 0, 0),
                [Sample.Running(new string('n', 100), "w", BuildPhase.Building)],
                width: 60
            )
            .Split('\n')[0];
        Assert.Equal($"[blue]●[/] {new string('n', 27)}…  w  building             1:15", line);
    }

    [Fact]
    public void A_notice_is_the_last_line() =>
        Assert.EndsWith(
            "\n[yellow]the coordinator does not answer[/]",
            Picture(new StepCounts(0, 0, 0, 1, 0, 0), [], notice: "the coordinator does not answer"),
            StringComparison.Ordinal
        );

    private static string Picture(
        StepCounts counts,
        StepSummary[] running,
        StepSummary[]? failures = null,
        int width = 100,
        int height = 20,
        string? notice = null
    ) =>
        string.Join(
            '\n',
            LiveLines.For(
                ProgressState.Of(Sample.Build(counts, [.. running], [.. failures ?? []])),
                Now,
                width,
                height,
                notice
            )
        );
}
