using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;

namespace Farm.Cli.Building;

/// <summary>Shows what the coordinator fetches from binary caches before a build begins: a line that changes on a terminal, else a line now and then.</summary>
internal sealed class FetchReporter(IProgressDisplay display, bool isLive, TimeProvider clock)
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(10);

    private FetchView? _last;
    private long _shown;
    private string? _refusal;

    public void Show(FetchView fetch)
    {
        if (fetch.Refusal is { } refusal && refusal != _refusal)
        {
            _refusal = refusal;
            display.Notice(refusal);
        }
        if (_last is null || isLive || clock.GetElapsedTime(_shown) >= s_betweenLines)
        {
            _shown = clock.GetTimestamp();
            display.Notice(FetchText.Of(fetch));
        }
        _last = fetch;
    }

    /// <summary>Takes the line away, or says in another what was fetched.</summary>
    public void End()
    {
        if (_last is { Paths: > 0 } last)
        {
            var paths = last.Paths == 1 ? "1 path" : $"{last.Paths} paths";
            display.Notice($"Fetched {paths} from binary caches, {ByteText.Of(last.Bytes)}.");
        }
        display.Notice(null);
    }
}
