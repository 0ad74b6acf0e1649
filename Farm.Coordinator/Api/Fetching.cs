using System.Collections.Immutable;
using Farm.Protocol.Api;
using Farm.Store.BinaryCaches;
using Farm.Store.Paths;

namespace Farm.Coordinator.Api;

/// <summary>Adds up what is told of the fetching for one build.</summary>
internal sealed class Fetching(ImmutableArray<StorePath> roots, DateTimeOffset since) : IProgress<SubstitutionProgress>
{
    private const int MostNamed = 5;

    private readonly Lock _gate = new();
    private readonly List<StorePath> _now = [];
    private int _paths;
    private int _allPaths;
    private long _bytes;
    private long _allBytes;
    private string? _refusal;
    private bool _isBegun;

    /// <summary>How far it is; null while there is nothing to fetch.</summary>
    public FetchView? View()
    {
        lock (_gate)
        {
            return _isBegun
                ? new(roots, since, _paths, _allPaths, _bytes, _allBytes, [.. _now.Take(MostNamed)], _refusal)
                : null;
        }
    }

    public void Report(SubstitutionProgress value)
    {
        lock (_gate)
        {
            switch (value)
            {
                case SubstitutionProgress.Planned planned:
                    _isBegun = true;
                    _allPaths = _paths + planned.Paths.Length;
                    // Caches may say any size.
                    _allBytes = (long)Int128.Min((Int128)_bytes + planned.NarBytes, long.MaxValue);
                    break;
                case SubstitutionProgress.Began began:
                    _now.Add(began.Path);
                    break;
                case SubstitutionProgress.Received received:
                    _bytes += received.Bytes;
                    break;
                case SubstitutionProgress.Added added:
                    _paths++;
                    _now.Remove(added.Path);
                    break;
                case SubstitutionProgress.Refused refused:
                    _refusal = refused.Reason;
                    _now.Remove(refused.Path);
                    break;
                case SubstitutionProgress.NotAsked:
                    break; // Whether that matters is told when the fetching is over.
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }
}
