using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Registration of outputs that nobody makes conditions for.</summary>
public static class UnjudgedOutputs
{
    /// <inheritdoc cref="LocalStore.RegisterOutputsAsync"/>
    public static Task<IReadOnlyList<PathInfo>> RegisterOutputsAsync(
        this LocalStore store,
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath? deriver,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.RegisterOutputsAsync(outputs, candidates, deriver, static _ => null, ct);
    }
}
