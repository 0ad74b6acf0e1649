using System.Collections.Immutable;
using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Building.</summary>
internal static class BuildOperations
{
    private const string NoRepair = "repairing is not allowed because you are not in 'trusted-users'";

    public static async ValueTask<OperationPlan> BuildPathsAsync(ClientContext client, CancellationToken ct)
    {
        var wanted = await client.Reader.ReadDerivedPathsAsync(client.Terms, ct).ConfigureAwait(false);
        var mode = await client.Reader.ReadBuildModeAsync(ct).ConfigureAwait(false);
        if (mode == BuildMode.Repair && !client.IsTrusted)
            return OperationPlan.Refuse(NoRepair, closes: true);
        return OperationPlan.Of(async token =>
        {
            var results = await BuildAsync(client, wanted, mode, token).ConfigureAwait(false);
            await ThrowFailuresAsync(client, results, token).ConfigureAwait(false);
        }) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> BuildPathsWithResultsAsync(ClientContext client, CancellationToken ct)
    {
        var wanted = await client.Reader.ReadDerivedPathsAsync(client.Terms, ct).ConfigureAwait(false);
        var mode = await client.Reader.ReadBuildModeAsync(ct).ConfigureAwait(false);
        if (mode == BuildMode.Repair && !client.IsTrusted)
            return OperationPlan.Refuse(NoRepair, closes: true);
        return OperationPlan.Of(
            token => BuildAsync(client, wanted, mode, token),
            (writer, results) =>
            {
                writer.WriteNumber((ulong)results.Count);
                foreach (var result in results)
                    writer.WriteKeyedBuildResult(client.Terms, result);
            }
        ) with
        {
            IsLong = true,
        };
    }

    public static async ValueTask<OperationPlan> BuildDerivationAsync(ClientContext client, CancellationToken ct)
    {
        var drvPath = await client.Reader.ReadPathAsync(client.StoreDir, ct).ConfigureAwait(false);
        var derivation = await client
            .Reader.ReadBasicDerivationAsync(client.StoreDir, Derivation.NameFrom(drvPath), ct)
            .ConfigureAwait(false);
        var mode = await client.Reader.ReadBuildModeAsync(ct).ConfigureAwait(false);
        return OperationPlan.Of(
            async token =>
            {
                if (!client.IsTrusted)
                    drvPath = await ProvenPathAsync(client, derivation, mode, token).ConfigureAwait(false);
                await client.Holds.AddAsync(derivation.InputSources.Add(drvPath), token).ConfigureAwait(false);
                return await client
                    .Parts.Builder.BuildDerivationAsync(drvPath, derivation, mode, Settings(client), client.Log, token)
                    .ConfigureAwait(false);
            },
            (writer, result) => writer.WriteBuildResult(client.Terms, result)
        ) with
        {
            IsLong = true,
        };
    }

    private static ClientSettings Settings(ClientContext client) =>
        client.Settings with
        {
            Holds = client.Holds,
            Visible = client.Visible,
        };

    private static async Task<IReadOnlyList<KeyedBuildResult>> BuildAsync(
        ClientContext client,
        ImmutableArray<DerivedPath> wanted,
        BuildMode mode,
        CancellationToken ct
    )
    {
        if (client.Visible is not null)
            RefuseUnknown(client, wanted, mode);
        var results = await client
            .Parts.Builder.BuildAsync(wanted, mode, Settings(client), client.Log, ct)
            .ConfigureAwait(false);
        if (client.Visible is { } visible)
        {
            StorePath[] made =
            [
                .. results.SelectMany(one => one.Result.BuiltOutputs.Values).Select(one => one.OutPath),
            ];
            await client.Holds.AddAsync(made, ct).ConfigureAwait(false);
            var closure = await client.Store.ClosureAsync(made, ct).ConfigureAwait(false);
            await visible.AddAsync(closure, ct).ConfigureAwait(false);
        }
        return results;
    }

    /// <summary>A builder has built what it sees, and nothing a second time. Source: Nix's <c>RestrictedStore</c>.</summary>
    private static void RefuseUnknown(ClientContext client, ImmutableArray<DerivedPath> wanted, BuildMode mode)
    {
        if (mode != BuildMode.Normal)
            throw new DaemonException("unsupported build mode");
        foreach (var one in wanted.Where(one => !client.Sees(one.BasePath)))
            throw new DaemonException(
                $"cannot build '{one.Print(client.StoreDir)}' in recursive Nix because path is unknown"
            );
    }

    /// <summary>Without its input derivations nothing shows that an output path follows from a derivation, so that someone who is not
    /// trusted may only name paths that follow from contents. What is built is recorded under the derivation that it really is.</summary>
    private static async Task<StorePath> ProvenPathAsync(
        ClientContext client,
        Derivation derivation,
        BuildMode mode,
        CancellationToken ct
    )
    {
        if (mode == BuildMode.Repair)
            throw new DaemonException(NoRepair);
        if (derivation.Type is not (DerivationType.Fixed or DerivationType.Floating or DerivationType.Impure))
            throw new DaemonException("you are not privileged to build input-addressed derivations");
        var name = StorePathName.Parse(derivation.Name.Text + StorePath.DerivationSuffix);
        var text = DerivationPrinter.Print(client.StoreDir, derivation);
        var info = await client.Store.AddTextAsync(name, text, derivation.InputSources, ct).ConfigureAwait(false);
        return info.Path;
    }

    /// <summary>Source: Nix's <c>Store::buildPaths</c>: one failure is told as such, of several only which they are.</summary>
    private static async Task ThrowFailuresAsync(
        ClientContext client,
        IReadOnlyList<KeyedBuildResult> results,
        CancellationToken ct
    )
    {
        var failed = results.Where(result => !result.Result.IsSuccess).ToArray();
        if (failed.Length == 0)
            return;
        if (failed.Length == 1)
            throw new DaemonException(failed[0].Result.ErrorMessage);
        // Those that another failure has ended before they began have nothing to say.
        foreach (var failure in failed.Where(failure => failure.Result.ErrorMessage.Length > 0))
            await client.Log.ErrorAsync(failure.Result.ErrorMessage, ct).ConfigureAwait(false);
        var names = failed.Select(failure => $"'{client.StoreDir.Print(failure.Wanted.BasePath)}'").Distinct();
        throw new DaemonException($"build of {string.Join(", ", names)} failed");
    }
}
