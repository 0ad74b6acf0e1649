using Farm.Daemon.Building.Steps;

namespace Farm.Tests.Daemon.Building;

public sealed class LogLinesTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\ntwo", "one||two")]
    [InlineData("abc\rx\n", "xbc")]
    [InlineData("abc\r\n", "abc")]
    [InlineData("10%\r20%\r100%\n", "100%")]
    public void A_carriage_return_goes_back_to_the_start_of_the_line(string text, string lines)
    {
        foreach (var size in (int[])[1, 2, 100])
            Assert.Equal(lines, string.Join('|', Cut(text, size)));
    }

    [Fact]
    public void A_line_is_cut_off_at_its_limit()
    {
        var lines = Cut(new string('a', LogLines.MaxLineBytes + 5) + "\nb\n", 100_000);
        Assert.Equal([LogLines.MaxLineBytes, 1], lines.Select(line => line.Length));
    }

    private static List<string> Cut(string text, int size)
    {
        var (cutter, lines) = (new LogLines(), new List<string>());
        foreach (var chunk in System.Text.Encoding.UTF8.GetBytes(text).Chunk(size))
            lines.AddRange(cutter.Add(chunk).Select(line => line.ToString()));
        if (cutter.Finish() is { } last)
            lines.Add(last.ToString());
        return lines;
    }
}
