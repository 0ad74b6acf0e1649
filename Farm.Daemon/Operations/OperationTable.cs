using Farm.Daemon.Connections;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Which code reads the arguments of which operation.</summary>
internal static class OperationTable
{
    /// <summary>Reads the arguments.</summary>
    /// <returns>What is to be done; null where there is no such operation.</returns>
    public static async ValueTask<OperationPlan?> ReadAsync(
        WorkerOperation operation,
        ClientContext client,
        CancellationToken ct
    ) =>
        operation switch
        {
            WorkerOperation.IsValidPath => await QueryOperations.IsValidPathAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.HasSubstitutes => await SubstitutionOperations
                .HasSubstitutesAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryPathHash => await QueryOperations.QueryPathHashAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.QueryReferences => await QueryOperations
                .QueryReferencesAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryReferrers => await QueryOperations
                .QueryReferrersAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddToStore => await AddOperations.AddToStoreAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.AddTextToStore => await AddOperations.AddTextToStoreAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.BuildPaths => await BuildOperations.BuildPathsAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.EnsurePath => await SubstitutionOperations
                .EnsurePathAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddTempRoot => await RootOperations.AddTempRootAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.AddIndirectRoot => await RootOperations
                .AddIndirectRootAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.SyncWithGC => await RootOperations.SyncWithGcAsync().ConfigureAwait(false),
            WorkerOperation.FindRoots => await RootOperations.FindRootsAsync(client).ConfigureAwait(false),
            WorkerOperation.QueryDeriver => await QueryOperations.QueryDeriverAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.SetOptions => await OptionOperations.SetOptionsAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.CollectGarbage => await CollectOperations.CollectAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.QuerySubstitutablePathInfo => await SubstitutionOperations
                .QueryInfoAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryDerivationOutputs => await DerivationOperations
                .QueryOutputsAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryAllValidPaths => await QueryOperations
                .QueryAllValidPathsAsync(client)
                .ConfigureAwait(false),
            WorkerOperation.QueryPathInfo => await QueryOperations.QueryPathInfoAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.ImportPaths => await AddOperations.ImportPathsAsync(client).ConfigureAwait(false),
            WorkerOperation.QueryDerivationOutputNames => await DerivationOperations
                .QueryOutputNamesAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryPathFromHashPart => await QueryOperations
                .QueryPathFromHashPartAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QuerySubstitutablePathInfos => await SubstitutionOperations
                .QueryInfosAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryValidPaths => await SubstitutionOperations
                .QueryValidPathsAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QuerySubstitutablePaths => await SubstitutionOperations
                .QueryPathsAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryValidDerivers => await QueryOperations
                .QueryValidDeriversAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.OptimiseStore => await UpkeepOperations.OptimiseAsync(client).ConfigureAwait(false),
            WorkerOperation.VerifyStore => await UpkeepOperations.VerifyAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.BuildDerivation => await BuildOperations
                .BuildDerivationAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddSignatures => await UpkeepOperations
                .AddSignaturesAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.NarFromPath => await QueryOperations.NarFromPathAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.AddToStoreNar => await AddOperations.AddToStoreNarAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.QueryMissing => await SubstitutionOperations
                .QueryMissingAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryDerivationOutputMap => await DerivationOperations
                .QueryOutputMapAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.RegisterDrvOutput => await RealisationOperations
                .RegisterAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.QueryRealisation => await RealisationOperations
                .QueryAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddMultipleToStore => await AddOperations
                .AddMultipleToStoreAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddBuildLog => await LogOperations.AddBuildLogAsync(client, ct).ConfigureAwait(false),
            WorkerOperation.BuildPathsWithResults => await BuildOperations
                .BuildPathsWithResultsAsync(client, ct)
                .ConfigureAwait(false),
            WorkerOperation.AddPermRoot => await RootOperations.AddPermRootAsync(client, ct).ConfigureAwait(false),
            _ => null,
        };
}
