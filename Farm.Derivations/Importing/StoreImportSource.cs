using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Importing;

/// <summary>A store of the farm's.</summary>
public sealed class StoreImportSource(IStore store) : IImportSource
{
    public string Name => $"the store '{store.StoreDir}'";

    public StoreDir StoreDir => store.StoreDir;

    public Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) => store.QueryAsync(path, ct);

    public Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct) =>
        store.DumpNarAsync(path, destination, ct);
}
