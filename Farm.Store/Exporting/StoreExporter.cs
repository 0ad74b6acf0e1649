using System.Collections.Immutable;
using Farm.Store.Copying;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Exporting;

/// <summary>Writes store paths as the stream of <c>nix-store --export</c>.</summary>
public sealed class StoreExporter(IStore store)
{
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
        var infos = new List<PathInfo>();
        foreach (var path in paths.Distinct())
            infos.Add(await InfoAsync(path, ct).ConfigureAwait(false));
        var sorted = DependencyOrder.Sort(infos);
        await using var hashed = new HashedOutput(destination);
        for (var i = 0; i < sorted.Length; i++)
        {
            var info = sorted[i];
            await destination.WriteAsync(ExportFormat.Number(ExportFormat.Path), ct).ConfigureAwait(false);
            await store.DumpNarAsync(info.Path, hashed, ct).ConfigureAwait(false);
            if (hashed.Finish() is var found && found != info.NarHash)
                throw new StoreException.HashMismatch(
                    store.StoreDir.Print(info.Path),
                    info.NarHash.ToString(),
                    found.ToString()
                );
            await destination.WriteAsync(ExportFormat.Describe(store.StoreDir, info), ct).ConfigureAwait(false);
            progress?.Report(new(i + 1, sorted.Length, hashed.SizeBytes, infos.Sum(each => each.NarSizeBytes)));
        }
        await destination.WriteAsync(ExportFormat.Number(ExportFormat.End), ct).ConfigureAwait(false);
        return [.. sorted.Select(info => info.Path)];
    }

    private async Task<PathInfo> InfoAsync(StorePath path, CancellationToken ct) =>
        await store.QueryAsync(path, ct).ConfigureAwait(false)
        ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path));
}
