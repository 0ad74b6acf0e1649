using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>A growing number of holds that end together.</summary>
/// <remarks>May be used by many at once, but not while it is disposed of.</remarks>
public sealed class StoreHolds(TempRoots roots) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StoreHold> _holds = [];

    /// <inheritdoc cref="TempRoots.HoldAsync(IReadOnlyCollection{StorePath}, CancellationToken)"/>
    public async Task AddAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct)
    {
        var hold = await roots.HoldAsync(paths, ct).ConfigureAwait(false);
        lock (_gate)
            _holds.Add(hold);
    }

    public void Dispose()
    {
        foreach (var hold in _holds)
            hold.Dispose();
        _holds.Clear();
    }
}
