using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http.Caches;

/// <summary>A store with what is needed to serve it as a binary cache.</summary>
public sealed class ServedStore : IDisposable
{
    /// <param name="store">What is served.</param>
    /// <param name="settings">How.</param>
    /// <param name="logs">Logs of builds.</param>
    public ServedStore(LocalStore store, CacheSettings settings, IBuildLogs logs)
    {
        (Store, Settings, Logs, DebugInfo) = (store, settings, logs, new(store));
        Archives = new(store.StoreDir, settings);
    }

    public LocalStore Store { get; }

    public CacheSettings Settings { get; }

    public IBuildLogs Logs { get; }

    public DebugInfoIndex DebugInfo { get; }

    public ServedArchives Archives { get; }

    /// <summary>Archives that clients have sent; null where none are taken.</summary>
    public UploadedNars? Uploaded { get; init; }

    /// <summary>What is said of a path: where its archive is in this compression, and the signatures that it has or gets.</summary>
    public NarInfo Describe(PathInfo info, NarCompression compression) =>
        new()
        {
            Info = IsSigned(info) ? Store.Keys.Sign(Store.StoreDir, info) : info,
            Url = $"nar/{NarFileName.Of(info, compression)}",
            Compression = compression.Name,
            FileHash = compression == NarCompression.None ? info.NarHash.ToHash() : null,
            FileSizeBytes = compression == NarCompression.None ? info.NarSizeBytes : null,
        };

    /// <summary>The valid path with this hash part; null where there is none.</summary>
    public Task<PathInfo?> FindAsync(StorePathHash hash, CancellationToken ct) => StoreNar.FindAsync(Store, hash, ct);

    /// <summary>The same to be sent; null where there is none.</summary>
    public Task<StoreNar?> OpenAsync(StorePathHash hash, CancellationToken ct) => StoreNar.OpenAsync(Store, hash, ct);

    public void Dispose()
    {
        Archives.Dispose();
        DebugInfo.Dispose();
    }

    private bool IsSigned(PathInfo info) =>
        Settings.Signing switch
        {
            CacheSigning.All => true,
            CacheSigning.Off => false,
            _ => info.IsUltimate || IsTrusted(info),
        };

    private bool IsTrusted(PathInfo info)
    {
        try
        {
            return Store.Keys.Trusted.Verify(Store.StoreDir, info);
        }
        catch (NixFormatException)
        {
            return false; // A signature that is none is nobody's.
        }
    }
}
