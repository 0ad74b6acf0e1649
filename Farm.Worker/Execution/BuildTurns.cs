using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Lets one build of a derivation at a time through, also of those that builders ask for (recursive Nix).</summary>
/// <remarks>A builder that waits, by way of a build inside of its own, for a build that itself waits for this one would wait for ever:
/// that is found before anybody waits.</remarks>
public sealed class BuildTurns
{
    private readonly KeyedLock<StorePath> _builds;
    private readonly Wants _wants;

    /// <summary>The build inside of which is asked; null for none.</summary>
    private readonly StorePath? _parent;

    public BuildTurns()
        : this(new(), new(), parent: null) { }

    private BuildTurns(KeyedLock<StorePath> builds, Wants wants, StorePath? parent) =>
        (_builds, _wants, _parent) = (builds, wants, parent);

    /// <summary>The same turns, for builds that the builder of this derivation asks for.</summary>
    public BuildTurns Inside(StorePath drvPath) => new(_builds, _wants, drvPath);

    /// <summary>Waits for the turn of a derivation; disposing what comes back lets the next one through.</summary>
    /// <returns>Null where it would wait for ever.</returns>
    public async Task<IDisposable?> TryEnterAsync(StorePath drvPath, CancellationToken ct)
    {
        if (_parent is { } parent && !_wants.TryAdd(parent, drvPath))
            return null;
        try
        {
            return new Turn(this, drvPath, await _builds.EnterAsync(drvPath, ct).ConfigureAwait(false));
        }
        catch
        {
            Forget(drvPath);
            throw;
        }
    }

    private void Forget(StorePath drvPath)
    {
        if (_parent is { } parent)
            _wants.Remove(parent, drvPath);
    }

    private sealed class Turn(BuildTurns owner, StorePath drvPath, IDisposable held) : IDisposable
    {
        public void Dispose()
        {
            held.Dispose();
            owner.Forget(drvPath);
        }
    }

    /// <summary>Which builds are wanted inside of which, one entry for each time.</summary>
    private sealed class Wants
    {
        private readonly Lock _gate = new();
        private readonly List<(StorePath Parent, StorePath Wanted)> _entries = [];

        /// <returns>False where the wanted build leads back to its parent.</returns>
        public bool TryAdd(StorePath parent, StorePath wanted)
        {
            lock (_gate)
            {
                var open = new Stack<StorePath>([wanted]);
                var seen = new HashSet<StorePath>();
                while (open.TryPop(out var next))
                {
                    if (next == parent)
                        return false;
                    if (!seen.Add(next))
                        continue;
                    foreach (var entry in _entries.Where(entry => entry.Parent == next))
                        open.Push(entry.Wanted);
                }
                _entries.Add((parent, wanted));
                return true;
            }
        }

        public void Remove(StorePath parent, StorePath wanted)
        {
            lock (_gate)
                _entries.Remove((parent, wanted));
        }
    }
}
