using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Http.Caches;

/// <summary>The logs that a store keeps as Nix does.</summary>
public sealed class StoreBuildLogs(StoreLayout layout) : IBuildLogs
{
    private readonly BuildLogFiles _files = new(layout);

    public Task<Stream?> TryOpenAsync(StorePath derivation, CancellationToken ct) =>
        Task.FromResult(_files.TryOpen(derivation));
}
