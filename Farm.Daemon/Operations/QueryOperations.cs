using System.Collections.Immutable;
using Farm.Daemon.Connections;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What is known of paths.</summary>
internal static class QueryOperations
{
    private const byte MinorWithValidityFlag = 17;

    public static async ValueTask<OperationPlan> IsValidPathAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token => await client.QueryAsync(path, token).ConfigureAwait(false) is not null,
            (writer, isValid) => writer.WriteBool(isValid)
        );
    }

    public static async ValueTask<OperationPlan> QueryPathInfoAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                var info = await client.QueryAsync(path, token).ConfigureAwait(false);
                return info is not null || client.Terms.IsAtLeast(MinorWithValidityFlag)
                    ? info
                    : throw new StoreException.InvalidPath(client.StoreDir.Print(path));
            },
            (writer, info) =>
            {
                if (client.Terms.IsAtLeast(MinorWithValidityFlag))
                    writer.WriteBool(info is not null);
                if (info is not null)
                    writer.WriteUnkeyedPathInfo(client.Terms, info);
            }
        );
    }

    public static ValueTask<OperationPlan> QueryPathHashAsync(ClientContext client, CancellationToken ct) =>
        OfInfoAsync(client, (writer, info) => writer.WriteText(info.NarHash.ToBase16()), ct);

    public static ValueTask<OperationPlan> QueryReferencesAsync(ClientContext client, CancellationToken ct) =>
        OfInfoAsync(client, (writer, info) => writer.WritePaths(client.StoreDir, info.References), ct);

    public static ValueTask<OperationPlan> QueryDeriverAsync(ClientContext client, CancellationToken ct) =>
        OfInfoAsync(client, (writer, info) => writer.WriteOptionalPath(client.StoreDir, info.Deriver), ct);

    public static async ValueTask<OperationPlan> QueryReferrersAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OfPaths(client, token => client.Store.ReferrersAsync(path, token));
    }

    public static async ValueTask<OperationPlan> QueryValidDeriversAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OfPaths(client, token => client.Store.ValidDeriversAsync(path, token));
    }

    public static ValueTask<OperationPlan> QueryAllValidPathsAsync(ClientContext client) =>
        new(OfPaths(client, client.Store.AllValidAsync));

    public static async ValueTask<OperationPlan> QueryPathFromHashPartAsync(ClientContext client, CancellationToken ct)
    {
        var text = await client.Reader.ReadTextAsync(ct).ConfigureAwait(false);
        return OperationPlan.Of(
            token => client.Store.QueryPathFromHashPartAsync(StorePathHash.Parse(text), token),
            (writer, path) => writer.WriteOptionalPath(client.StoreDir, path)
        );
    }

    public static async ValueTask<OperationPlan> NarFromPathAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return new OperationPlan(async token =>
        {
            client.RequireVisible(path, "dump");
            // Real daemons say that all is well before they look; a client takes an error as well.
            await client.Holds.AddAsync([path], token).ConfigureAwait(false);
            return await client.QueryAsync(path, token).ConfigureAwait(false) is null
                ? throw new StoreException.InvalidPath(client.StoreDir.Print(path))
                : new Reply(_ => { }, (output, stop) => client.Store.DumpNarAsync(path, output, stop));
        });
    }

    /// <summary>Work whose answer is a set of paths.</summary>
    public static OperationPlan OfPaths(
        ClientContext client,
        Func<CancellationToken, Task<ImmutableSortedSet<StorePath>>> work
    ) => OperationPlan.Of(work, (writer, paths) => writer.WritePaths(client.StoreDir, paths));

    private static async ValueTask<OperationPlan> OfInfoAsync(
        ClientContext client,
        Action<WireWriter, PathInfo> write,
        CancellationToken ct
    )
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
                await client.QueryAsync(path, token).ConfigureAwait(false)
                ?? throw new StoreException.InvalidPath(client.StoreDir.Print(path)),
            write
        );
    }
}
