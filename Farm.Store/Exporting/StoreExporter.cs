using System.Collections.Immutable;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Streams;

namespace Farm.Store.Exporting;

/// <summary>Writes store paths as the stream of <c>nix-store --export</c>.</summary>
public sealed class StoreExporter(IStore store)
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Writes exactly these paths, each after those it refers to.</summary>
    /// <param name="paths">The paths; what they refer to must be named too where it is wanted.</param>
    /// <param name="destination">Where the stream goes. It is cut off where an error ends it.</param>
    /// <param name="progress">Told after each piece.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <exception cref="StoreException.InvalidPath">One is not valid.</exception>
    /// <exception cref="StoreException.HashMismatch">The contents of one have changed.</exception>
    public async Task<ImmutableArray<StorePath>> ExportAsync(
        IReadOnlyCollection<StorePath> paths,
        Stream destination,
        IProgress<CopyProgress>? progress,
        CancellationToken ct
    )
    {
        var sorted = DependencyOrder.Sort(await InfosAsync(paths, ct).ConfigureAwait(false));
        var total = sorted.Sum(info => info.NarSizeBytes);
        // What is between the archives, and small archives, are written together. Not disposed of: that would close the destination.
        var output = new BufferedStream(destination, BufferBytes);
        await using var hashed = new HashingStream(output);
        for (var i = 0; i < sorted.Length; i++)
        {
            var info = sorted[i];
            await output.WriteAsync(ExportFormat.Number(ExportFormat.Path), ct).ConfigureAwait(false);
            await store.DumpNarAsync(info.Path, hashed, ct).ConfigureAwait(false);
            info.RequireNarHash(store.StoreDir, hashed.Finish());
            await output.WriteAsync(ExportFormat.Describe(store.StoreDir, info), ct).ConfigureAwait(false);
            progress?.Report(new(i + 1, sorted.Length, hashed.SizeBytes, total));
        }
        await output.WriteAsync(ExportFormat.Number(ExportFormat.End), ct).ConfigureAwait(false);
        await output.FlushAsync(ct).ConfigureAwait(false);
        return [.. sorted.Select(info => info.Path)];
    }

    private async Task<IEnumerable<PathInfo>> InfosAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct)
    {
        var infos = new Dictionary<StorePath, PathInfo>();
        if (store is LocalStore local)
            infos = (
                await local.Records.AskAsync(queries => queries.Infos(paths.Distinct()), ct).ConfigureAwait(false)
            ).ToDictionary(info => info.Path);
        foreach (var path in paths)
        {
            if (!infos.ContainsKey(path))
                infos[path] =
                    await store.QueryAsync(path, ct).ConfigureAwait(false)
                    ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path));
        }
        return infos.Values;
    }
}
