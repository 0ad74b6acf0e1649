using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Client;
using Farm.Http;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>Sends the coordinator what it lacks for a build.</summary>
internal sealed class InputUploader(FarmClient client, StoreDir storeDir)
{
    private const int AtOnce = 4;

    /// <summary>What has been sent so far.</summary>
    public readonly record struct Sent(int Paths, int AllPaths, long Bytes, long AllBytes);

    /// <param name="paths">Each after all that it refers to.</param>
    /// <param name="progress">Called after each path that was sent.</param>
    /// <returns>How many paths and bytes were sent.</returns>
    /// <exception cref="HttpStoreException">The coordinator cannot be reached or refuses a path.</exception>
    public async Task<Sent> SendMissingAsync(
        ImmutableArray<SourcePath> paths,
        Action<Sent> progress,
        CancellationToken ct
    )
    {
        if (paths.IsEmpty)
        {
            return default;
        }
        var missing = await client.MissingAsync([.. paths.Select(path => path.Info.Path)], ct).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            return default;
        }
        var store = client.Store(storeDir);
        SourcePath[] wanted = [.. paths.Where(path => missing.Contains(path.Info.Path))];
        var sent = new Sent(0, wanted.Length, 0, wanted.Sum(path => path.Info.NarSizeBytes));
        var gate = new Lock();
        foreach (var level in Levels(wanted))
        {
            await Parallel
                .ForEachAsync(
                    level,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                    async (path, token) =>
                    {
                        await store
                            .UploadAsync(path.Info, (nar, dumpCt) => DumpAsync(path, nar, dumpCt), token)
                            .ConfigureAwait(false);
                        lock (gate)
                        {
                            sent = sent with { Paths = sent.Paths + 1, Bytes = sent.Bytes + path.Info.NarSizeBytes };
                            progress(sent);
                        }
                    }
                )
                .ConfigureAwait(false);
        }
        return sent;
    }

    /// <summary>Groups in which no path refers to another, each group after those that it refers to.</summary>
    internal static IEnumerable<IReadOnlyList<SourcePath>> Levels(IReadOnlyList<SourcePath> paths)
    {
        var levelOf = new Dictionary<StorePath, int>();
        var levels = new SortedDictionary<int, List<SourcePath>>();
        foreach (var path in paths)
        {
            var level = path
                .Info.References.Where(reference => reference != path.Info.Path)
                .Select(reference => levelOf.GetValueOrDefault(reference, -1) + 1)
                .DefaultIfEmpty(0)
                .Max();
            levelOf.Add(path.Info.Path, level);
            if (!levels.TryGetValue(level, out var list))
            {
                levels.Add(level, list = []);
            }
            list.Add(path);
        }
        return levels.Values;
    }

    private static Task DumpAsync(SourcePath path, Stream nar, CancellationToken ct) =>
        path switch
        {
            SourcePath.Stored stored => NarDump.WriteAsync(stored.Files, nar, ct),
            SourcePath.InMemory memory => nar.WriteAsync(memory.Nar, ct).AsTask(),
            _ => throw new UnreachableException(),
        };
}
