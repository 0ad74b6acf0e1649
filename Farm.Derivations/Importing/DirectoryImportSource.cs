using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Importing;

/// <summary>A directory with store objects under their base names and no database.</summary>
/// <remarks>What an object other than a derivation refers to is not known there, and is taken to be nothing.</remarks>
/// <param name="directory">Where the files are.</param>
/// <param name="storeDir">The store that they are of.</param>
public sealed class DirectoryImportSource(string directory, StoreDir storeDir) : IImportSource
{
    public string Name => $"the directory '{directory}'";

    public StoreDir StoreDir => storeDir;

    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct)
    {
        var file = Physical(path);
        if (!Path.Exists(file) && new FileInfo(file).LinkTarget is null)
            return null;
        var (hash, sizeBytes) = await NarDump.HashAsync(file, ct).ConfigureAwait(false);
        return new PathInfo
        {
            Path = path,
            NarHash = hash,
            NarSizeBytes = sizeBytes,
        };
    }

    public Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct) =>
        NarDump.WriteAsync(Physical(path), destination, ct);

    private string Physical(StorePath path) => Path.Combine(directory, path.ToString());
}
