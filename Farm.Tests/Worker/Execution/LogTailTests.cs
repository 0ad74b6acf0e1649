using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class LogTailTests
{
    [Fact]
    public void Only_the_last_lines_are_kept_also_across_pieces()
    {
        var tail = new LogTail(2);
        tail.Add("one\ntw"u8);
        tail.Add("o\nthree\n"u8);
        Assert.Equal<string>(["two", "three"], tail.ToLines());
    }

    [Fact]
    public void A_last_line_without_line_feed_counts()
    {
        var tail = new LogTail(2);
        tail.Add("one\ntwo\nthr"u8);
        Assert.Equal<string>(["two", "thr"], tail.ToLines());
    }

    [Fact]
    public void Of_a_line_without_end_only_the_beginning_is_kept()
    {
        var tail = new LogTail(2, maxLineBytes: 3);
        for (var i = 0; i < 10; i++)
            tail.Add("ab"u8);
        tail.Add("\nx"u8);
        Assert.Equal<string>(["aba", "x"], tail.ToLines());
    }

    [Fact]
    public void The_carriage_return_of_a_terminal_is_no_part_of_a_line()
    {
        var tail = new LogTail(1);
        tail.Add("line\r\n"u8);
        Assert.Equal<string>(["line"], tail.ToLines());
    }
}
