using Farm.Daemon.Connections;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Which code reads the arguments of which operation, for a builder that sees only some of the store.</summary>
/// <remarks>Operations that are not named here are unknown. Source: Nix's <c>RestrictedStore</c>.</remarks>
internal static class RestrictedTable
{
    /// <inheritdoc cref="OperationTable.ReadAsync"/>
    public static async ValueTask<OperationPlan?> ReadAsync(
        WorkerOperation operation,
        ClientContext client,
        CancellationToken ct
    ) =>
        operation switch
        {
            // These look at no more than the client sees, or are refused to whoever is not trusted.
            WorkerOperation.IsValidPath
            or WorkerOperation.QueryPathHash
            or WorkerOperation.QueryReferences
            or WorkerOperation.QueryDeriver
            or WorkerOperation.QueryPathInfo
            or WorkerOperation.NarFromPath
            or WorkerOperation.QueryDerivationOutputs
            or WorkerOperation.QueryDerivationOutputNames
            or WorkerOperation.QueryDerivationOutputMap
            or WorkerOperation.QueryRealisation
            or WorkerOperation.AddToStore
            or WorkerOperation.AddTextToStore
            or WorkerOperation.AddToStoreNar
            or WorkerOperation.AddMultipleToStore
            or WorkerOperation.BuildPaths
            or WorkerOperation.BuildPathsWithResults
            or WorkerOperation.SetOptions
            or WorkerOperation.SyncWithGC
            or WorkerOperation.CollectGarbage
            or WorkerOperation.AddPermRoot
            or WorkerOperation.AddBuildLog => await OperationTable
                .ReadAsync(operation, client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryAllValidPaths => RestrictedOperations.QueryAllValidPaths(client),
            WorkerOperation.QueryValidPaths => await RestrictedOperations
                .QueryValidPathsAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryReferrers or WorkerOperation.QueryValidDerivers => await RestrictedOperations
                .NoPathsOfAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryPathFromHashPart => await RestrictedOperations
                .QueryPathFromHashPartAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.HasSubstitutes or WorkerOperation.QuerySubstitutablePathInfo => await RestrictedOperations
                .NothingOfAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QuerySubstitutablePaths => await RestrictedOperations
                .NoPathsOfAllAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QuerySubstitutablePathInfos => await RestrictedOperations
                .NoInfosAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryMissing => await RestrictedOperations
                .QueryMissingAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.EnsurePath => await RestrictedOperations.EnsurePathAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.AddTempRoot => await RestrictedOperations
                .AddTempRootAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddIndirectRoot => await RestrictedOperations
                .AddIndirectRootAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.FindRoots => RestrictedOperations.FindRoots(),
            WorkerOperation.OptimiseStore => RestrictedOperations.Optimise(),
            WorkerOperation.VerifyStore => await RestrictedOperations.VerifyAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.AddSignatures => await RestrictedRefusals
                .AddSignaturesAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.BuildDerivation => await RestrictedRefusals
                .BuildDerivationAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.RegisterDrvOutput => await RestrictedRefusals
                .RegisterAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.ImportPaths => RestrictedRefusals.ImportPaths(),
            _ => null,
        };
}
