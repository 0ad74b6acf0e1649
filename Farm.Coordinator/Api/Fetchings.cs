using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Coordinator.Api;

/// <summary>The builds that are being submitted and for which something is fetched.</summary>
internal sealed class Fetchings(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Fetching, byte> _all = [];

    /// <summary>Begins to count for a build; until <see cref="End"/>.</summary>
    public Fetching Begin(ImmutableArray<StorePath> roots)
    {
        var fetching = new Fetching(roots, clock.GetUtcNow());
        _all[fetching] = 0;
        return fetching;
    }

    public void End(Fetching fetching) => _all.TryRemove(fetching, out _);

    /// <summary>Those that fetch or have fetched something, the oldest first.</summary>
    public ImmutableArray<FetchView> Views() =>
        [.. _all.Keys.Select(fetching => fetching.View()).OfType<FetchView>().OrderBy(view => view.Since)];

    /// <summary>What is fetched for a build that is for this; null where there is none.</summary>
    public FetchView? Find(StorePath root) => Views().FirstOrDefault(view => view.Roots.Contains(root));
}
