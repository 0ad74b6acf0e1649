using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Worker.Running;

namespace Farm.Worker.Recursive;

/// <summary>The store paths that one builder sees: its input closure, and what it has added or built itself.</summary>
/// <remarks>May be used by many at once. Source: Nix's <c>LocalDerivationGoal::isAllowed</c> and <c>addDependency</c>.</remarks>
/// <param name="inputs">The input closure.</param>
/// <param name="outputs">What is being built: none of it can come from elsewhere.</param>
/// <param name="holds">Keeps what is added from the collector for as long as the build takes.</param>
/// <param name="show">Makes the builder see a path.</param>
public sealed class VisiblePaths(
    IEnumerable<StorePath> inputs,
    IEnumerable<StorePath> outputs,
    StoreHolds holds,
    Func<StorePath, CancellationToken, Task> show
) : IDisposable
{
    private readonly ImmutableSortedSet<StorePath> _inputs = [.. inputs];
    private readonly ImmutableSortedSet<StorePath> _outputs = [.. outputs];
    private readonly SemaphoreSlim _turn = new(1);
    private volatile ImmutableSortedSet<StorePath> _added = [];

    /// <summary>What the builder has added or built.</summary>
    public ImmutableSortedSet<StorePath> Added => _added;

    public ImmutableSortedSet<StorePath> All => _inputs.Union(_added);

    /// <summary>Ends with the build.</summary>
    public StoreHolds Holds => holds;

    public bool Contains(StorePath path) => _inputs.Contains(path) || _added.Contains(path);

    /// <summary>Shows paths that are valid and held; returns when the builder sees them.</summary>
    /// <exception cref="SandboxException">One cannot be shown, or is an output of the build itself.</exception>
    public async Task AddAsync(IEnumerable<StorePath> paths, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            foreach (var path in paths.Where(path => !Contains(path)))
            {
                if (_outputs.Contains(path))
                    throw new SandboxException($"'{path}' cannot be shown: it is an output of the build itself.");
                await show(path, ct).ConfigureAwait(false);
                _added = _added.Add(path);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
