using System.Collections.Concurrent;
using System.Threading.Channels;
using Farm.Store.BinaryCaches;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Goals;

/// <summary>Shows a client what is fetched, as the activities that Nix has for it, and remembers what was refused.</summary>
internal sealed class SubstitutionDisplay : IProgress<SubstitutionProgress>, IAsyncDisposable
{
    private readonly IClientLog _log;
    private readonly StoreDir _storeDir;
    private readonly ulong _parent;
    private readonly Channel<LogFrame> _frames = Channel.CreateUnbounded<LogFrame>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<StorePath, Shown> _shown = [];
    private readonly ConcurrentDictionary<StorePath, bool> _planned = [];
    private readonly Task _sending;

    /// <param name="log">The client's.</param>
    /// <param name="storeDir">For the paths.</param>
    /// <param name="parent">The activity of copying.</param>
    /// <param name="ct">The client is gone.</param>
    public SubstitutionDisplay(IClientLog log, StoreDir storeDir, ulong parent, CancellationToken ct)
    {
        (_log, _storeDir, _parent) = (log, storeDir, parent);
        _sending = SendAsync(ct);
    }

    /// <summary>Whether a cache has the path, with all that it refers to.</summary>
    public bool WasPlanned(StorePath path) => _planned.ContainsKey(path);

    public void Report(SubstitutionProgress value)
    {
        switch (value)
        {
            case SubstitutionProgress.Planned planned:
                foreach (var path in planned.Paths)
                    _planned[path] = true;
                Tell(new LogFrame.Result(_parent, ActivityResultType.SetExpected, Expected(planned.NarBytes)));
                break;
            case SubstitutionProgress.Began(var path, var cache):
                Begin(path, cache);
                break;
            case SubstitutionProgress.Received(var path, var bytes) when _shown.TryGetValue(path, out var shown):
                Tell(Progress(shown.Copy, shown.Add(bytes)));
                break;
            case SubstitutionProgress.Added(var path):
                End(path);
                break;
            case SubstitutionProgress.Refused(var path, _, var reason):
                End(path);
                Tell(LogFrame.Of(Verbosity.Warn, $"\e[35;1mwarning:\e[0m {reason}"));
                break;
            default:
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var path in _shown.Keys)
            End(path);
        _frames.Writer.Complete();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Begin(StorePath path, string cache)
    {
        var (printed, shown) = (_storeDir.Print(path), new Shown(_log.NextActivity(), _log.NextActivity()));
        _shown[path] = shown;
        Tell(
            new LogFrame.Started(
                shown.Substitute,
                Verbosity.Error,
                ActivityType.Substitute,
                "",
                [LogField.Of(printed), LogField.Of(cache)],
                _parent
            )
        );
        Tell(
            new LogFrame.Started(
                shown.Copy,
                Verbosity.Info,
                ActivityType.CopyPath,
                $"copying path '{printed}' from '{cache}'",
                [LogField.Of(printed), LogField.Of(cache), LogField.Of("local")],
                shown.Substitute
            )
        );
    }

    private void End(StorePath path)
    {
        if (!_shown.TryRemove(path, out var shown))
            return;
        Tell(new LogFrame.Stopped(shown.Copy));
        Tell(new LogFrame.Stopped(shown.Substitute));
    }

    private void Tell(LogFrame frame) => _frames.Writer.TryWrite(frame);

    private static System.Collections.Immutable.ImmutableArray<LogField> Expected(long bytes) =>
        [LogField.Of((ulong)ActivityType.CopyPath), LogField.Of((ulong)bytes)];

    private static LogFrame.Result Progress(ulong activity, long bytes) =>
        new(
            activity,
            ActivityResultType.Progress,
            [LogField.Of((ulong)bytes), LogField.Of(0), LogField.Of(0), LogField.Of(0)]
        );

    private async Task SendAsync(CancellationToken ct)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            await _log.SendAsync(frame, ct).ConfigureAwait(false);
    }

    private sealed class Shown(ulong substitute, ulong copy)
    {
        private long _bytes;

        public ulong Substitute => substitute;

        public ulong Copy => copy;

        public long Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
    }
}
