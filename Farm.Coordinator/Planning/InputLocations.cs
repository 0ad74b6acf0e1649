using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Which connected workers have which paths, as far as their work tells. A hint: a worker may have deleted a path since.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed class InputLocations
{
    private readonly Lock _lock = new();
    private readonly Dictionary<WorkerId, Uri> _caches = [];
    private readonly Dictionary<StorePath, ImmutableSortedSet<WorkerId>> _holders = [];

    /// <summary>The worker serves its store here; null when it does not serve it, or is gone.</summary>
    public void SetCache(WorkerId worker, Uri? cache)
    {
        lock (_lock)
        {
            if (cache is null)
            {
                _caches.Remove(worker);
            }
            else
            {
                _caches[worker] = cache;
            }
        }
    }

    public void Add(WorkerId worker, IEnumerable<StorePath> paths)
    {
        lock (_lock)
        {
            foreach (var path in paths)
            {
                var holders = _holders.GetValueOrDefault(path) ?? [];
                _holders[path] = holders.Add(worker);
            }
        }
    }

    /// <summary>Each path with the caches of the connected workers that have it, without that of the asking worker.</summary>
    public ImmutableArray<InputHolders> Holders(WorkerId asking, IEnumerable<StorePath> paths)
    {
        lock (_lock)
        {
            return
            [
                .. paths.Select(path => new InputHolders(
                    path,
                    [
                        .. (_holders.GetValueOrDefault(path) ?? [])
                            .Where(worker => worker != asking && _caches.ContainsKey(worker))
                            .Select(worker => _caches[worker]),
                    ]
                )),
            ];
        }
    }
}
