using System.Collections.Concurrent;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>Which path some rows of ValidPaths are, so that what a path refers to need not be looked up for each that refers to it.</summary>
/// <remarks>It is never wrong and never has to forget, whoever writes to the database: a row's path does not change, and the number of
/// a row that was deleted is not given again (<c>autoincrement</c>). Only what is committed may be added. Whether a path is valid it does not tell.</remarks>
internal sealed class KnownRows
{
    /// <summary>Some megabytes.</summary>
    private const int MostKnown = 1 << 16;

    private readonly ConcurrentDictionary<long, StorePath> _paths = new();
    private int _count;

    /// <summary>The path of this row; null where that is not known.</summary>
    public StorePath? Find(long id) => _paths.TryGetValue(id, out var path) ? path : null;

    public void Add(long id, StorePath path)
    {
        if (!_paths.TryAdd(id, path) || Interlocked.Increment(ref _count) < MostKnown)
            return;
        // Known again when they are next needed.
        _paths.Clear();
        Volatile.Write(ref _count, 0);
    }
}
