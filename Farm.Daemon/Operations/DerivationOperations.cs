using System.Collections.Immutable;
using Farm.Daemon.Connections;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What derivations in the store say of their outputs.</summary>
internal static class DerivationOperations
{
    public static async ValueTask<OperationPlan> QueryOutputsAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return QueryOperations.OfPaths(
            client,
            async token =>
            {
                var derivation = await ReadAsync(client, path, token).ConfigureAwait(false);
                var paths = await client.Parts.Realisations.OutputsAsync(derivation, token).ConfigureAwait(false);
                return [.. paths.Values];
            }
        );
    }

    public static async ValueTask<OperationPlan> QueryOutputNamesAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token => (await ReadAsync(client, path, token).ConfigureAwait(false)).Outputs.Keys.ToArray(),
            (writer, names) => writer.WriteTexts(names)
        );
    }

    public static async ValueTask<OperationPlan> QueryOutputMapAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                var derivation = await ReadAsync(client, path, token).ConfigureAwait(false);
                var paths = await client.Parts.Realisations.OutputsAsync(derivation, token).ConfigureAwait(false);
                return (Names: derivation.Outputs.Keys.ToArray(), Paths: paths);
            },
            (writer, outputs) => Write(writer, client.StoreDir, outputs.Names, outputs.Paths)
        );
    }

    private static Task<Derivation> ReadAsync(ClientContext client, StorePath path, CancellationToken ct)
    {
        client.RequireVisible(path, "query outputs of");
        return DerivationFiles.ReadAsync(client.Store, path, ct);
    }

    /// <summary>An output that is not built, and whose path is not known before, has none here.</summary>
    private static void Write(
        WireWriter writer,
        StoreDir storeDir,
        string[] names,
        ImmutableSortedDictionary<string, StorePath> paths
    )
    {
        writer.WriteNumber((ulong)names.Length);
        foreach (var name in names)
        {
            writer.WriteText(name);
            writer.WriteOptionalPath(storeDir, paths.TryGetValue(name, out var path) ? path : null);
        }
    }
}
