using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Holds that end by themselves: for those who bring paths or ask for them, and do not say when they are done.</summary>
public sealed class HoldLeases : IDisposable
{
    private readonly TempRoots _roots;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Queue<(long Since, IDisposable Hold)> _leases = [];

    /// <param name="roots">Of the store.</param>
    /// <param name="duration">How long each hold lasts; they end up to a quarter of it later.</param>
    /// <param name="clock">Tells the time.</param>
    public HoldLeases(TempRoots roots, TimeSpan duration, TimeProvider clock)
    {
        (_roots, _duration, _clock) = (roots, duration, clock);
        _timer = clock.CreateTimer(_ => EndOld(), null, duration / 4, duration / 4);
    }

    /// <summary>Holds paths from now on, for the duration.</summary>
    /// <inheritdoc cref="TempRoots.HoldAsync(IReadOnlyCollection{StorePath}, CancellationToken)"/>
    public async Task HoldAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        Keep(await _roots.HoldAsync(paths, ct).ConfigureAwait(false));

    /// <summary>Takes a hold over, and ends it after the duration.</summary>
    public void Keep(IDisposable hold)
    {
        lock (_gate)
            _leases.Enqueue((_clock.GetTimestamp(), hold));
    }

    /// <summary>Ends all holds.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        End(_ => true);
    }

    private void EndOld() => End(since => _clock.GetElapsedTime(since) >= _duration);

    private void End(Predicate<long> isOver)
    {
        lock (_gate)
        {
            while (_leases.TryPeek(out var oldest) && isOver(oldest.Since))
            {
                _leases.Dequeue();
                oldest.Hold.Dispose();
            }
        }
    }
}
