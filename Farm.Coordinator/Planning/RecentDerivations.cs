using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Derivations that were read not long ago. What a derivation's path names never changes, so that only its validity has to be asked again.</summary>
/// <remarks>Two generations: what was wanted since the last change of generations, and what was wanted in the one before.</remarks>
/// <param name="maxBytes">Length of the derivations' texts in one generation; what is kept in memory is some times as long.</param>
public sealed class RecentDerivations(long maxBytes)
{
    private readonly Lock _gate = new();
    private Dictionary<StorePath, (Derivation Derivation, long Bytes)> _young = [];
    private Dictionary<StorePath, (Derivation Derivation, long Bytes)> _old = [];
    private long _youngBytes;

    /// <summary>Null where it was not wanted for long.</summary>
    public Derivation? Find(StorePath drvPath)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(drvPath, out var young))
            {
                return young.Derivation;
            }
            if (!_old.TryGetValue(drvPath, out var old))
            {
                return null;
            }
            Keep(drvPath, old.Derivation, old.Bytes);
            return old.Derivation;
        }
    }

    public void Add(StorePath drvPath, Derivation derivation, long bytes)
    {
        lock (_gate)
        {
            Keep(drvPath, derivation, bytes);
        }
    }

    private void Keep(StorePath drvPath, Derivation derivation, long bytes)
    {
        if (_youngBytes + bytes > maxBytes)
        {
            (_old, _young, _youngBytes) = (_young, [], 0);
        }
        if (bytes <= maxBytes && _young.TryAdd(drvPath, (derivation, bytes)))
        {
            _youngBytes += bytes;
        }
    }
}
