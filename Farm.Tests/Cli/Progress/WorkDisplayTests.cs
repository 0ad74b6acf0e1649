using Farm.Cli.Progress;
using Farm.Cli.Terminals;

namespace Farm.Tests.Cli.Progress;

public sealed class WorkDisplayTests : IDisposable
{
    private readonly StringWriter _error = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_short_piece_of_work_leaves_nothing_in_a_file(bool isSilent)
    {
        await using (var display = WorkDisplay.On(Terminal(isLive: false), TimeProvider.System, isSilent))
        {
            display.Report(new WorkProgress("checking", "paths", 1, 2));
        }
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task On_a_terminal_the_line_is_drawn_and_taken_away()
    {
        await using (var display = WorkDisplay.On(Terminal(isLive: true), TimeProvider.System, isSilent: false))
        {
            display.From((int done) => new WorkProgress("checking", "paths", done, 2)).Report(1);
            while (!Drawn().Contains("checking", StringComparison.Ordinal))
                await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
        Assert.EndsWith("\r\e[K", Drawn(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_holds_on_a_terminal_too_but_not_for_notes()
    {
        await using (var display = WorkDisplay.On(Terminal(isLive: true), TimeProvider.System, isSilent: true))
        {
            display.Report(new WorkProgress("checking", "paths", 1, 2));
            display.Note("One path has changed.");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
        Assert.Equal("One path has changed.\n", _error.ToString());
    }

    public void Dispose() => _error.Dispose();

    private string Drawn() => _error.ToString();

    private FarmTerminal Terminal(bool isLive) =>
        new(
            TextWriter.Null,
            Stream.Null,
            TextWriter.Synchronized(_error),
            isLive,
            OutHasColour: false,
            ErrorHasColour: false
        );
}
