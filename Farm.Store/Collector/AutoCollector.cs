using Farm.Store.Collecting;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>Begins a collection when free space is short, and lets those who need the space wait for it.</summary>
/// <remarks>Source: Nix's <c>LocalStore::autoGC</c>. Difference: a disk that is found full begins a collection at once, whatever
/// the interval.</remarks>
public sealed class AutoCollector : IAsyncDisposable
{
    private readonly LocalStore _store;
    private readonly TimeProvider _clock;
    private readonly Func<long> _freeBytes;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private FreeSpaceState _state = FreeSpaceState.Initial;
    private Task? _running;

    internal AutoCollector(LocalStore store, TimeProvider clock, Func<long>? freeBytes = null)
    {
        (_store, _clock, _freeBytes) = (store, clock, freeBytes ?? FreeBytes);
        var settings = store.Collector;
        Rules = new(settings.MinFreeBytes, settings.MaxFreeBytes, settings.MinFreeCheckInterval);
    }

    /// <summary>When a collection begins.</summary>
    public FreeSpaceRules Rules { get; }

    /// <summary>What the last one came to; null before there was one.</summary>
    public CollectReport? LastReport { get; private set; }

    /// <summary>Why the last one failed; null where it did not. Whoever needed the space meets the full disk then.</summary>
    public StoreException? LastFailure { get; private set; }

    /// <summary>Is told of each collection, on the thread that begins or ends it; null for nobody.</summary>
    public IProgress<AutoCollection>? Observer { get; set; }

    /// <summary>Runs an addition: where space is short, a collection makes some first. One that meets a full disk fails once a collection
    /// has run, so that the next try may succeed.</summary>
    internal async Task<T> AddAsync<T>(Func<Task<T>> add, CancellationToken ct)
    {
        if (Begin() is { } running)
            await running.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(add, ct).ConfigureAwait(false);
        }
        catch (StoreException.NoSpace)
        {
            await MeetFullDiskAsync(ct).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Looks at the free space again and again until disposed of, as while a build runs; null where that is switched off.</summary>
    public ITimer? Watch() =>
        Rules.MinFreeBytes == 0 ? null : _clock.CreateTimer(_ => Begin(), null, Rules.LookInterval, Rules.LookInterval);

    /// <summary>Begins a collection where space is short. Answers the one that runs; null where none does.</summary>
    public Task? Begin()
    {
        lock (_gate)
        {
            if (_running is not null)
                return _running;
            var now = _clock.GetUtcNow();
            if (!Rules.IsTimeToLook(_state, now))
                return null;
            var free = _freeBytes();
            _state = _state with { LastLook = now };
            return Rules.BytesToFree(_state, free) is { } wanted ? _running = StartAsync(free, wanted) : null;
        }
    }

    /// <summary>The disk was found full: collects, if collections are to begin by themselves at all, and waits for it.</summary>
    private async Task MeetFullDiskAsync(CancellationToken ct)
    {
        Task running;
        lock (_gate)
        {
            if (Rules.MinFreeBytes == 0)
                return;
            running = _running ??= StartAsync(free: null, Rules.MaxFreeBytes);
        }
        await running.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Ends the collection that runs, between two of its batches.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task? running;
        lock (_gate)
            running = _running;
        if (running is not null)
            await running.ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>Never fails: the failure is told by <see cref="LastFailure"/>.</summary>
    private Task StartAsync(long? free, long wanted) =>
        Task.Run(async () =>
        {
            try
            {
                Observer?.Report(new AutoCollection.Begun(free, wanted));
                var collector = new GarbageCollector(_store, _store.Collector);
                var request = new CollectRequest.Collect(wanted);
                LastReport = await collector
                    .CollectAsync(request, progress: null, _closing.Token)
                    .ConfigureAwait(false);
                LastFailure = null;
                Observer?.Report(new AutoCollection.Ended(LastReport, _freeBytes()));
            }
            catch (StoreException failure)
            {
                LastFailure = failure;
                Observer?.Report(new AutoCollection.Failed(failure));
            }
            catch (OperationCanceledException)
            {
                // The store is being closed.
            }
            finally
            {
                lock (_gate)
                {
                    _state = new(_clock.GetUtcNow(), _freeBytes());
                    _running = null;
                }
            }
        });

    private long FreeBytes()
    {
        var result = Syscalls.FreeSpace(_store.Files.StoreDirectory, out var bytes);
        Errno.Check(result, "look at the free space of", _store.Layout.PhysicalStoreDir);
        return bytes;
    }
}
