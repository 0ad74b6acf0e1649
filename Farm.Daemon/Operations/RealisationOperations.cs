using System.Text;
using Farm.Daemon.Connections;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What outputs have come to whose paths are known only once they are built.</summary>
internal static class RealisationOperations
{
    private const byte MinorWithJson = 31;

    public static async ValueTask<OperationPlan> RegisterAsync(ClientContext client, CancellationToken ct)
    {
        if (client.Terms.NamesRealisationsByPath)
        {
            var entry = await client.Reader.ReadBuildTraceEntryAsync(client.StoreDir, ct).ConfigureAwait(false);
            return new OperationPlan(async token =>
            {
                RequireSignature(client, entry.Key, entry.Fingerprint(), entry.Signatures);
                await client.Holds.AddAsync([entry.OutPath, entry.DrvPath], token).ConfigureAwait(false);
                await client.Parts.Realisations.RegisterAsync(entry, token).ConfigureAwait(false);
                return Reply.Nothing;
            });
        }
        var realisation = await ReadAsync(client, ct).ConfigureAwait(false);
        return new OperationPlan(async token =>
        {
            var signed = RealisationJson.Fingerprint(realisation);
            RequireSignature(client, $"{realisation.Id}", signed, realisation.Signatures);
            await client.Holds.AddAsync([realisation.OutPath], token).ConfigureAwait(false);
            await client.Parts.Realisations.RegisterAsync(realisation, token).ConfigureAwait(false);
            return Reply.Nothing;
        });
    }

    /// <summary>The arguments alone, of a registration that is refused.</summary>
    public static async ValueTask SkipAsync(ClientContext client, CancellationToken ct)
    {
        if (client.Terms.NamesRealisationsByPath)
            await client.Reader.ReadBuildTraceEntryAsync(client.StoreDir, ct).ConfigureAwait(false);
        else
            await ReadAsync(client, ct).ConfigureAwait(false);
    }

    public static async ValueTask<OperationPlan> QueryAsync(ClientContext client, CancellationToken ct)
    {
        if (client.Terms.NamesRealisationsByPath)
        {
            var (drvPath, output) = await client
                .Reader.ReadBuildTraceKeyAsync(client.StoreDir, ct)
                .ConfigureAwait(false);
            return OperationPlan.Of(
                async token =>
                    await client.Parts.Realisations.QueryAsync(drvPath, output, token).ConfigureAwait(false)
                        is { } found
                    && client.Sees(found.OutPath)
                        ? found
                        : null,
                (writer, found) =>
                {
                    writer.WriteBool(found is not null);
                    if (found is not null)
                        writer.WriteBuildTraceValue(client.StoreDir, found);
                }
            );
        }
        var id = DerivationOutputId.Parse(await client.Reader.ReadTextAsync(ct).ConfigureAwait(false));
        return OperationPlan.Of(
            async token =>
                await client.Parts.Realisations.QueryAsync(id, token).ConfigureAwait(false) is { } found
                && client.Sees(found.OutPath)
                    ? found
                    : null,
            (writer, found) =>
            {
                writer.WriteBool(found is not null);
                if (found is null)
                    return;
                if (client.Terms.IsAtLeast(MinorWithJson))
                    writer.WriteText(RealisationJson.Print(found));
                else
                    writer.WritePath(client.StoreDir, found.OutPath);
            }
        );
    }

    private static async ValueTask<Realisation> ReadAsync(ClientContext client, CancellationToken ct)
    {
        if (client.Terms.IsAtLeast(MinorWithJson))
        {
            var json = await client.Reader.ReadBytesAsync(RealisationJson.MaxBytes, ct).ConfigureAwait(false);
            return RealisationJson.Parse(json.Memory);
        }
        var id = DerivationOutputId.Parse(await client.Reader.ReadTextAsync(ct).ConfigureAwait(false));
        return new Realisation
        {
            Id = id,
            OutPath = StorePath.Parse(await client.Reader.ReadTextAsync(ct).ConfigureAwait(false)),
        };
    }

    private static void RequireSignature(
        ClientContext client,
        string id,
        string fingerprint,
        IEnumerable<string> signatures
    )
    {
        var signed = Encoding.UTF8.GetBytes(fingerprint);
        if (!client.IsTrusted && !signatures.Any(signature => client.Store.Keys.Trusted.Verify(signed, signature)))
            throw new DaemonException(
                $"cannot register realisation '{id}' because it lacks a signature by a trusted key"
            );
    }
}
