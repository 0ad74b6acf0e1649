using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Store.Optimising;

/// <summary>Counts while many optimise at once.</summary>
internal sealed class OptimiseTally(long pathsTotal, long corruptBefore)
{
    private const int MostNamed = 100;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<KeptReason, long> _kept = [];
    private readonly List<string> _suspicious = [];
    private long _paths;
    private long _hashed;
    private long _hashedBytes;
    private long _linked;
    private long _savedBytes;
    private long _savedInodes;
    private long _added;

    public void CountPath() => Interlocked.Increment(ref _paths);

    public void CountHashed(long bytes)
    {
        Interlocked.Increment(ref _hashed);
        Interlocked.Add(ref _hashedBytes, bytes);
    }

    public void CountSuspicious(string file)
    {
        lock (_gate)
        {
            if (_suspicious.Count < MostNamed)
                _suspicious.Add(file);
        }
        CountKept(KeptReason.Suspicious);
    }

    public void CountKept(KeptReason reason)
    {
        lock (_gate)
            _kept[reason] = _kept.GetValueOrDefault(reason) + 1;
    }

    public void Count(LinkOutcome outcome)
    {
        switch (outcome)
        {
            case LinkOutcome.Added:
                Interlocked.Increment(ref _added);
                break;
            case LinkOutcome.Replaced replaced:
                Interlocked.Increment(ref _linked);
                Interlocked.Add(ref _savedBytes, replaced.SavedBytes);
                if (replaced.IsInodeFreed)
                    Interlocked.Increment(ref _savedInodes);
                break;
            case LinkOutcome.Kept kept:
                CountKept(kept.Reason);
                break;
        }
    }

    public OptimiseProgress Progress() =>
        new(
            Interlocked.Read(ref _paths),
            pathsTotal,
            Interlocked.Read(ref _hashed),
            Interlocked.Read(ref _hashedBytes),
            Interlocked.Read(ref _linked),
            Interlocked.Read(ref _savedBytes)
        );

    public OptimiseReport Report(long corruptNow)
    {
        lock (_gate)
        {
            return new(
                _paths,
                _hashed,
                _hashedBytes,
                _linked,
                _savedBytes,
                _savedInodes,
                _added,
                corruptNow - corruptBefore,
                _kept.ToImmutableSortedDictionary(),
                [.. _suspicious]
            );
        }
    }
}
