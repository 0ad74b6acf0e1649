using Farm.Protocol.Api;
using Spectre.Console;

namespace Farm.Cli.Progress;

/// <summary>Progress on a terminal: a picture that is redrawn in place a few times a second, and is gone at the end.</summary>
internal sealed class LiveDisplay : IProgressDisplay
{
    /// <summary>Shown until the coordinator has told anything. A picture without any line cannot be drawn.</summary>
    private const string Nothing = "Waiting for the first news of the build";

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Task _drawing;
    private ProgressState? _state;
    private string? _notice;

    public LiveDisplay(TextWriter output, bool hasColour, TimeProvider clock)
    {
        _console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = hasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(output),
            }
        );
        _clock = clock;
        _drawing = _console.Live(new Text(Nothing)).AutoClear(true).StartAsync(DrawAsync);
    }

    public void Notice(string? sentence)
    {
        lock (_gate)
        {
            _notice = sentence;
        }
    }

    public void Show(BuildEvent happened)
    {
        lock (_gate)
        {
            _state = happened switch
            {
                BuildEvent.Snapshot(var build) when _state is null => ProgressState.Of(build),
                _ => _state?.After(happened),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _drawing.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task DrawAsync(LiveDisplayContext context)
    {
        while (!_end.IsCancellationRequested)
        {
            context.UpdateTarget(new Markup(Picture()));
            context.Refresh();
            await Task.Delay(Redraw, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string Picture()
    {
        var (state, notice) = Current();
        if (state is null)
        {
            return Markup.Escape(notice ?? Nothing);
        }
        // One column and one line stay free, so that the terminal never scrolls by itself.
        var (width, height) = (_console.Profile.Width - 1, _console.Profile.Height - 1);
        return string.Join('\n', LiveLines.For(state, _clock.GetUtcNow(), width, height, notice));
    }

    private (ProgressState? State, string? Notice) Current()
    {
        lock (_gate)
        {
            return (_state, _notice);
        }
    }
}
