using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Store.Roots;

/// <summary>Finds everything that keeps paths of a store from the collector.</summary>
public static class StoreRoots
{
    private const string ProcDir = "/proc";

    /// <summary>All roots, sorted, each with its reason. Dead links in <c>gcroots/auto</c> and files of processes that have ended are
    /// removed on the way, as Nix does.</summary>
    /// <param name="store">The store.</param>
    /// <param name="includeRuntime">Whether to look at the running processes too.</param>
    /// <param name="ct">Stops between the parts of the search.</param>
    /// <exception cref="StoreException.FileSystem">A place where roots are cannot be read.</exception>
    public static Task<ImmutableArray<GcRoot>> FindAsync(LocalStore store, bool includeRuntime, CancellationToken ct) =>
        FindAsync(store, includeRuntime ? ProcDir : null, ct);

    /// <param name="procDir">Where to look for processes; null for none.</param>
    internal static async Task<ImmutableArray<GcRoot>> FindAsync(
        LocalStore store,
        string? procDir,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        // First: who lets go of a path then has made it a root of another kind before.
        var held = store.TempRoots.AsRoots();
        var temporary = await Task.Run(() => TempRootFiles.Find(store.Layout), ct).ConfigureAwait(false);
        var targets = new StoreTargets(store.Layout, store.Files.StoreDirectory);
        var lasting = await Task.Run(() => new RootTree(store.Layout, targets, TimeProvider.System).Find(), ct)
            .ConfigureAwait(false);
        var running = procDir is null
            ? []
            : await Task.Run(() => new RuntimeRoots(targets, procDir).Find(), ct).ConfigureAwait(false);
        GcRoot[] links = [.. lasting, .. running];
        var valid = await store.ValidAsync([.. links.Select(root => root.Path).Distinct()], ct).ConfigureAwait(false);
        return [.. links.Where(root => valid.Contains(root.Path)).Concat(temporary).Concat(held).Distinct().Order()];
    }
}
