using Farm.Cli.Progress;

namespace Farm.Tests.Cli.Progress;

public sealed class WorkLineTests
{
    private static readonly WorkProgress s_half = new("checking", "paths", 120, 500, 1L << 30, 2L << 30);

    [Fact]
    public void Counts_bytes_rate_and_time_are_told() =>
        Assert.Equal(
            "checking 120/500 paths  1.0 GiB of 2.0 GiB  102.4 MiB/s  10 s left",
            WorkLine.Plain(s_half, TimeSpan.FromSeconds(10))
        );

    [Fact]
    public void A_bar_is_filled_by_bytes() =>
        Assert.StartsWith(
            "checking ━━━━━━━━━━━━━━━───────────────  120/500 paths",
            WorkLine.Live(s_half, TimeSpan.FromSeconds(10), 200),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(76)]
    [InlineData(90)]
    public void The_line_is_never_wider_than_the_terminal(int width) =>
        Assert.True(WorkLine.Live(s_half, TimeSpan.FromSeconds(10), width).Length <= width);

    [Fact]
    public void Without_totals_there_is_neither_a_bar_nor_an_end() =>
        Assert.Equal(
            "freeing 7 paths  3.0 KiB  1.5 KiB/s",
            WorkLine.Live(new("freeing", "paths", 7, DoneBytes: 3072), TimeSpan.FromSeconds(2), 100)
        );

    [Fact]
    public void No_rate_is_told_before_it_means_anything() =>
        Assert.Equal(
            "checking 1/2 paths",
            WorkLine.Plain(new("checking", "paths", 1, 2), TimeSpan.FromMilliseconds(9))
        );
}
