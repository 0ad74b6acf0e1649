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
                var derivation = await DerivationFiles.ReadAsync(client.Store, path, token).ConfigureAwait(false);
                return [.. OutputPaths.Known(derivation).Values];
            }
        );
    }

    public static async ValueTask<OperationPlan> QueryOutputNamesAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
                (
                    await DerivationFiles.ReadAsync(client.Store, path, token).ConfigureAwait(false)
                ).Outputs.Keys.ToArray(),
            (writer, names) => writer.WriteTexts(names)
        );
    }

    public static async ValueTask<OperationPlan> QueryOutputMapAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token => (await DerivationFiles.ReadAsync(client.Store, path, token).ConfigureAwait(false)).Outputs,
            (writer, outputs) => Write(writer, client.StoreDir, outputs)
        );
    }

    /// <summary>An output whose path is not known before it is built has none here.</summary>
    private static void Write(
        WireWriter writer,
        StoreDir storeDir,
        ImmutableSortedDictionary<string, DerivationOutput> outputs
    )
    {
        writer.WriteNumber((ulong)outputs.Count);
        foreach (var (name, output) in outputs)
        {
            writer.WriteText(name);
            writer.WriteOptionalPath(storeDir, output.KnownPath);
        }
    }
}
