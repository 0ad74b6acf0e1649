using Farm.Cli.Terminals;

namespace Farm.Tests.Cli.Terminals;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_lines_have_no_blanks_at_the_end() =>
        Assert.Equal(
            "NAME      SLOTS\nworker-1  2\nw         10\n",
            TextTable.Render(
                ["NAME", "SLOTS"],
                [
                    ["worker-1", "2"],
                    ["w", "10"],
                ]
            )
        );

    [Fact]
    public void Numbers_are_set_to_the_right() =>
        Assert.Equal(
            "   SIZE  PATH\n    1 B  a\n1.5 KiB  b\n",
            TextTable.Render(
                ["SIZE", "PATH"],
                [
                    ["1 B", "a"],
                    ["1.5 KiB", "b"],
                ],
                numbers: 1
            )
        );

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(9.4, "9.4 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(185, "3:05")]
    [InlineData(7209, "2:00:09")]
    [InlineData(-3, "0.0 s")]
    public void Durations_read_well(double seconds, string text) =>
        Assert.Equal(text, DurationText.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1L << 50, "1024.0 TiB")]
    public void Sizes_read_well(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));
}
