using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Http;
using Farm.Store.Integrity;
using Farm.Store.Optimising;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Sharing, verifying and signing.</summary>
internal static class UpkeepOperations
{
    public static ValueTask<OperationPlan> OptimiseAsync(ClientContext client) =>
        new(
            OperationPlan.Of(async token =>
            {
                await new StoreOptimiser(client.Store).OptimiseAsync(progress: null, token).ConfigureAwait(false);
            }) with
            {
                IsLong = true,
            }
        );

    public static async ValueTask<OperationPlan> VerifyAsync(ClientContext client, CancellationToken ct)
    {
        var checksContents = await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        var repairs = await client.Reader.ReadBoolAsync(ct).ConfigureAwait(false);
        if (repairs && !client.IsTrusted)
            return OperationPlan.Refuse("you are not privileged to repair paths");
        return OperationPlan.Of(
            async token =>
            {
                var options = new VerifyOptions(checksContents, repairs ? client.Parts.Repair : null);
                await client.Log.LineAsync(Verbosity.Info, "checking path existence...", token).ConfigureAwait(false);
                var report = await new StoreVerifier(client.Store)
                    .VerifyAsync(options, progress: null, token)
                    .ConfigureAwait(false);
                foreach (var finding in report.Findings.Where(finding => finding.IsFault))
                    await client.Log.ErrorAsync(FindingText.Of(client.StoreDir, finding), token).ConfigureAwait(false);
                return report.HasErrors;
            },
            (writer, hasErrors) => writer.WriteBool(hasErrors)
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> AddSignaturesAsync(ClientContext client, CancellationToken ct)
    {
        var path = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        var signatures = await client.Reader.ReadTextsAsync(ct).ConfigureAwait(false);
        return OperationPlan.Of(token => client.Store.AddSignaturesAsync(path, signatures, token));
    }
}
