using System.Collections.Immutable;
using Farm.Store.Database;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Registrations;

/// <summary>Brings what is recorded of a store's paths out as text, and in again.</summary>
/// <remarks>Files are neither read nor changed, but to hash them where the text has no hashes: unlike
/// <c>nix-store --register-validity</c>, which makes files canonical first, files that are not canonical are left as they are.</remarks>
public sealed class StoreRegistrations(LocalStore store)
{
    private const int BatchPaths = 1000;

    /// <summary>Writes the paths, or all of the store, in the order of their names.</summary>
    /// <exception cref="StoreException.InvalidPath">One is not valid.</exception>
    public async Task DumpAsync(IReadOnlyCollection<StorePath>? paths, TextWriter destination, CancellationToken ct)
    {
        var all = paths?.ToImmutableSortedSet() ?? await store.AllValidAsync(ct).ConfigureAwait(false);
        foreach (var part in all.Chunk(BatchPaths))
        {
            var infos = await store
                .Records.AskAsync(queries => part.Select(queries.Query).ToArray(), ct)
                .ConfigureAwait(false);
            for (var i = 0; i < part.Length; i++)
            {
                var info = infos[i] ?? throw new StoreException.InvalidPath(store.StoreDir.Print(part[i]));
                await destination
                    .WriteAsync(ValidityText.Print(store.StoreDir, info).AsMemory(), ct)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes all paths of a text valid, or none.</summary>
    /// <param name="source">The text.</param>
    /// <param name="hasHashes">Whether hashes and sizes are in it; else the files are read.</param>
    /// <param name="again">Whether what is recorded of paths that are valid is replaced.</param>
    /// <param name="ct">Stops before anything is recorded.</param>
    /// <returns>How many paths were recorded.</returns>
    /// <exception cref="NixFormatException">The text is malformed or cut off.</exception>
    /// <exception cref="StoreException.MissingReference">A reference is neither valid nor in the text.</exception>
    /// <exception cref="StoreException.FileSystem">Files are not there, and hashes are not given.</exception>
    public async Task<int> LoadAsync(TextReader source, bool hasHashes, bool again, CancellationToken ct)
    {
        var infos = new Dictionary<StorePath, PathInfo>();
        while (await ValidityText.ReadAsync(store.StoreDir, source, hasHashes, ct).ConfigureAwait(false) is { } info)
            infos[info.Path] = info;
        var held = infos.Values.SelectMany(info => info.References.Add(info.Path)).ToHashSet();
        await using var hold = await store.TempRoots.HoldAsync(held, ct).ConfigureAwait(false);
        var batch = new List<Registration>();
        foreach (var info in DependencyOrder.Sort(infos.Values))
        {
            if (!again && await store.QueryAsync(info.Path, ct).ConfigureAwait(false) is not null)
                continue;
            var told = hasHashes ? info : await MeasuredAsync(info, ct).ConfigureAwait(false);
            batch.Add(store.Records.Describe(told, store.Layout.ToPhysical(info.Path)));
        }
        if (batch.Count > 0)
            await store.Records.RegisterAsync(batch).ConfigureAwait(false);
        return batch.Count;
    }

    private async Task<PathInfo> MeasuredAsync(PathInfo info, CancellationToken ct)
    {
        var (hash, sizeBytes) = await NarDump.HashAsync(store.Layout.ToPhysical(info.Path), ct).ConfigureAwait(false);
        return info with { NarHash = hash, NarSizeBytes = sizeBytes };
    }
}
