using Farm.Cli.Terminals;

namespace Farm.Cli.Progress;

/// <summary>Shows how far an operation on a store has come, on standard error; is taken away when disposed of.</summary>
/// <remarks>
/// On a terminal one line is redrawn in place; in a file or a pipe there is a line now and then; with <c>--json</c> or
/// <c>--quiet</c> there is nothing. May be told by many threads; telling costs next to nothing. In a verb:
/// <code>
/// await using var display = verbs.Progress(parsed, json, quiet);
/// var report = await verifier.VerifyAsync(options, display.From((VerifyProgress p) => new WorkProgress("checking", "paths", p.Done, p.Total)), ct);
/// </code>
/// </remarks>
public sealed class WorkDisplay : IProgress<WorkProgress>, IAsyncDisposable
{
    private const int NarrowestWidth = 20;
    private const int UsualWidth = 80;
    private const string Erase = "\r\e[K";
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly bool _isLive;
    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private WorkProgress? _latest;
    private long _began;
    private bool _isDrawn;

    private WorkDisplay(TextWriter output, TimeProvider clock, bool isLive, bool isSilent)
    {
        (_output, _clock, _isLive) = (output, clock, isLive);
        var every = isLive ? s_redraw : s_betweenLines;
        _timer = isSilent ? null : clock.CreateTimer(_ => Draw(), null, every, every);
    }

    /// <param name="terminal">Where to show it, and whether that can be redrawn.</param>
    /// <param name="clock">For rates, and for when to draw.</param>
    /// <param name="isSilent">Whether to show nothing at all.</param>
    public static WorkDisplay On(FarmTerminal terminal, TimeProvider clock, bool isSilent) =>
        new(terminal.Error, clock, terminal.IsLive, isSilent);

    public void Report(WorkProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            if (_latest?.Verb != value.Verb)
            {
                _began = _clock.GetTimestamp();
            }
            _latest = value;
        }
    }

    /// <summary>Takes an operation's own kind of progress.</summary>
    public IProgress<T> From<T>(Func<T, WorkProgress> translate) => new Translated<T>(this, translate);

    /// <summary>A whole line that stays, such as a warning; shown also when progress is silent.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            Clear();
            _output.WriteLine(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }
        lock (_gate)
        {
            Clear();
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (_latest is null)
            {
                return;
            }
            var elapsed = _clock.GetElapsedTime(_began);
            if (_isLive)
            {
                // One column stays free, so that the terminal never goes to the next line by itself.
                _output.Write(Erase + WorkLine.Live(_latest, elapsed, Width() - 1));
                _output.Flush();
                _isDrawn = true;
            }
            else
            {
                _output.WriteLine(WorkLine.Plain(_latest, elapsed));
            }
        }
    }

    private void Clear()
    {
        if (_isDrawn)
        {
            _output.Write(Erase);
            _output.Flush();
        }
        _isDrawn = false;
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is >= NarrowestWidth and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }

    private sealed class Translated<T>(WorkDisplay display, Func<T, WorkProgress> translate) : IProgress<T>
    {
        public void Report(T value) => display.Report(translate(value));
    }
}
