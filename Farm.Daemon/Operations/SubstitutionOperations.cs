using System.Collections.Immutable;
using Farm.Daemon.Connections;
using Farm.Daemon.Planning;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What can be had from elsewhere, and having it.</summary>
internal static class SubstitutionOperations
{
    public const byte MinorWithSubstituteFlag = 27;
    private const byte MinorWithContentAddresses = 22;

    public static async ValueTask<OperationPlan> HasSubstitutesAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token => await FindAsync(client, path, token).ConfigureAwait(false) is not null,
            (writer, isThere) => writer.WriteBool(isThere)
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> QueryInfoAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            token => FindAsync(client, path, token),
            (writer, found) =>
            {
                writer.WriteBool(found is not null);
                if (found is not null)
                    Write(writer, client.StoreDir, found);
            }
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> QueryInfosAsync(ClientContext client, CancellationToken ct)
    {
        var paths = await ReadPathsAsync(client, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            token => FindAsync(client, paths, token),
            (writer, found) =>
            {
                writer.WriteNumber((ulong)found.Count);
                foreach (var one in found)
                {
                    writer.WritePath(client.StoreDir, one.Info.Path);
                    Write(writer, client.StoreDir, one);
                }
            }
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> QueryPathsAsync(ClientContext client, CancellationToken ct)
    {
        var paths = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(
            client,
            async token =>
                [.. (await FindAsync(client, paths, token).ConfigureAwait(false)).Select(found => found.Info.Path)]
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> QueryValidPathsAsync(ClientContext client, CancellationToken ct)
    {
        var paths = await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        var substitutes =
            client.Terms.IsAtLeast(MinorWithSubstituteFlag)
            && await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(
            client,
            async token =>
            {
                if (substitutes)
                    await Fetching.TryAsync(client, paths, token).ConfigureAwait(false);
                return await client.Store.ValidAsync(paths, token).ConfigureAwait(false);
            }
        ) with
        {
            IsLong = substitutes,
        };
    }

    public static async ValueTask<OperationPlan> EnsurePathAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(async token =>
        {
            var missing = await Fetching.TryAsync(client, [path], token).ConfigureAwait(false);
            if (missing.TryGetValue(path, out var reason))
                throw new DaemonException(
                    $"path '{client.StoreDir.Print(path)}' does not exist and cannot be substituted: {reason}"
                );
        }) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> QueryMissingAsync(ClientContext client, CancellationToken ct)
    {
        var wanted = await client.Reader.ReadDerivedPathsAsync(client.Terms, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                var sources = await Fetching.SourcesAsync(client, token).ConfigureAwait(false);
                return await new MissingPlanner(client.Store, sources).PlanAsync(wanted, token).ConfigureAwait(false);
            },
            (writer, missing) => Write(writer, client.StoreDir, missing)
        ) with
        {
            IsLong = true,
        };
    }

    /// <summary>From 1.22 on each path has a content address beside it, which counts only for stores of another directory.</summary>
    public static async ValueTask<ImmutableSortedSet<StorePath>> ReadPathsAsync(
        ClientContext client,
        CancellationToken ct
    )
    {
        if (!client.Terms.IsAtLeast(MinorWithContentAddresses))
            return await client.Reader.ReadPathsAsync(client.StoreDir, ct).ConfigureAwait(false);
        var paths = ImmutableSortedSet.CreateBuilder<StorePath>();
        var count = await client.Reader.ReadCountAsync("paths", ct).ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            paths.Add(await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false));
            await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        }
        return paths.ToImmutable();
    }

    public static void Write(WireWriter writer, StoreDir storeDir, MissingPaths missing)
    {
        writer.WritePaths(storeDir, missing.ToBuild);
        writer.WritePaths(storeDir, missing.ToSubstitute);
        writer.WritePaths(storeDir, missing.Unknown);
        writer.WriteSize(missing.DownloadBytes);
        writer.WriteSize(missing.NarBytes);
    }

    private static async Task<NarInfo?> FindAsync(ClientContext client, StorePath path, CancellationToken ct) =>
        await Fetching.SourcesAsync(client, ct).ConfigureAwait(false) is { } sources
            ? (await sources.FindAsync(path, ct).ConfigureAwait(false)).Found?.NarInfo
            : null;

    private static async Task<IReadOnlyList<NarInfo>> FindAsync(
        ClientContext client,
        IEnumerable<StorePath> paths,
        CancellationToken ct
    )
    {
        var found = await Task.WhenAll(paths.Select(path => FindAsync(client, path, ct))).ConfigureAwait(false);
        return [.. found.OfType<NarInfo>()];
    }

    private static void Write(WireWriter writer, StoreDir storeDir, NarInfo found)
    {
        writer.WriteOptionalPath(storeDir, found.Info.Deriver);
        writer.WritePaths(storeDir, found.Info.References);
        writer.WriteSize(found.FileSizeBytes ?? 0);
        writer.WriteSize(found.Info.NarSizeBytes);
    }
}
