using Farm.Daemon.Connections;
using Farm.Store.Derivations;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What a builder asks for in vain. The arguments are read, so that it can go on.</summary>
internal static class RestrictedRefusals
{
    public static async ValueTask<OperationPlan> AddSignaturesAsync(ClientContext client, CancellationToken ct)
    {
        await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        await client.Reader.ReadTextsAsync(ct).ConfigureAwait(false);
        return Refuse("addSignatures");
    }

    public static async ValueTask<OperationPlan> BuildDerivationAsync(ClientContext client, CancellationToken ct)
    {
        var drvPath = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        await client
            .Reader.ReadBasicDerivationAsync(client.StoreDir, Derivation.NameFrom(drvPath), ct)
            .ConfigureAwait(false);
        await client.Reader.ReadBuildModeAsync(ct).ConfigureAwait(false);
        return Refuse("buildDerivation");
    }

    public static async ValueTask<OperationPlan> RegisterAsync(ClientContext client, CancellationToken ct)
    {
        await RealisationOperations.SkipAsync(client, ct).ConfigureAwait(false);
        return Refuse("registerDrvOutput");
    }

    /// <summary>The stream is only asked for by who takes it.</summary>
    public static OperationPlan ImportPaths() => Refuse("importPaths");

    public static OperationPlan Refuse(string operation) =>
        OperationPlan.Refuse($"operation '{operation}' is not supported in recursive Nix");
}
