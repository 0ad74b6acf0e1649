using Farm.Daemon.Connections;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>Which code reads the arguments of which operation.</summary>
internal static class OperationTable
{
    /// <summary>Reads the arguments.</summary>
    /// <returns>What is to be done; null where there is no such operation.</returns>
    public static ValueTask<OperationPlan>? Read(
        WorkerOperation operation,
        ClientContext client,
        CancellationToken ct
    ) =>
        operation switch
        {
            WorkerOperation.IsValidPath => QueryOperations.IsValidPathAsync(client, ct),
            WorkerOperation.HasSubstitutes => SubstitutionOperations.HasSubstitutesAsync(client, ct),
            WorkerOperation.QueryPathHash => QueryOperations.QueryPathHashAsync(client, ct),
            WorkerOperation.QueryReferences => QueryOperations.QueryReferencesAsync(client, ct),
            WorkerOperation.QueryReferrers => QueryOperations.QueryReferrersAsync(client, ct),
            WorkerOperation.AddToStore => AddOperations.AddToStoreAsync(client, ct),
            WorkerOperation.AddTextToStore => AddOperations.AddTextToStoreAsync(client, ct),
            WorkerOperation.BuildPaths => BuildOperations.BuildPathsAsync(client, ct),
            WorkerOperation.EnsurePath => SubstitutionOperations.EnsurePathAsync(client, ct),
            WorkerOperation.AddTempRoot => RootOperations.AddTempRootAsync(client, ct),
            WorkerOperation.AddIndirectRoot => RootOperations.AddIndirectRootAsync(client, ct),
            WorkerOperation.SyncWithGC => RootOperations.SyncWithGcAsync(),
            WorkerOperation.FindRoots => RootOperations.FindRootsAsync(client),
            WorkerOperation.QueryDeriver => QueryOperations.QueryDeriverAsync(client, ct),
            WorkerOperation.SetOptions => OptionOperations.SetOptionsAsync(client, ct),
            WorkerOperation.CollectGarbage => CollectOperations.CollectAsync(client, ct),
            WorkerOperation.QuerySubstitutablePathInfo => SubstitutionOperations.QueryInfoAsync(client, ct),
            WorkerOperation.QueryDerivationOutputs => DerivationOperations.QueryOutputsAsync(client, ct),
            WorkerOperation.QueryAllValidPaths => QueryOperations.QueryAllValidPathsAsync(client),
            WorkerOperation.QueryPathInfo => QueryOperations.QueryPathInfoAsync(client, ct),
            WorkerOperation.ImportPaths => AddOperations.ImportPathsAsync(client),
            WorkerOperation.QueryDerivationOutputNames => DerivationOperations.QueryOutputNamesAsync(client, ct),
            WorkerOperation.QueryPathFromHashPart => QueryOperations.QueryPathFromHashPartAsync(client, ct),
            WorkerOperation.QuerySubstitutablePathInfos => SubstitutionOperations.QueryInfosAsync(client, ct),
            WorkerOperation.QueryValidPaths => SubstitutionOperations.QueryValidPathsAsync(client, ct),
            WorkerOperation.QuerySubstitutablePaths => SubstitutionOperations.QueryPathsAsync(client, ct),
            WorkerOperation.QueryValidDerivers => QueryOperations.QueryValidDeriversAsync(client, ct),
            WorkerOperation.OptimiseStore => UpkeepOperations.OptimiseAsync(client),
            WorkerOperation.VerifyStore => UpkeepOperations.VerifyAsync(client, ct),
            WorkerOperation.BuildDerivation => BuildOperations.BuildDerivationAsync(client, ct),
            WorkerOperation.AddSignatures => UpkeepOperations.AddSignaturesAsync(client, ct),
            WorkerOperation.NarFromPath => QueryOperations.NarFromPathAsync(client, ct),
            WorkerOperation.AddToStoreNar => AddOperations.AddToStoreNarAsync(client, ct),
            WorkerOperation.QueryMissing => SubstitutionOperations.QueryMissingAsync(client, ct),
            WorkerOperation.QueryDerivationOutputMap => DerivationOperations.QueryOutputMapAsync(client, ct),
            WorkerOperation.RegisterDrvOutput => RealisationOperations.RegisterAsync(client, ct),
            WorkerOperation.QueryRealisation => RealisationOperations.QueryAsync(client, ct),
            WorkerOperation.AddMultipleToStore => AddOperations.AddMultipleToStoreAsync(client, ct),
            WorkerOperation.AddBuildLog => LogOperations.AddBuildLogAsync(client, ct),
            WorkerOperation.BuildPathsWithResults => BuildOperations.BuildPathsWithResultsAsync(client, ct),
            WorkerOperation.AddPermRoot => RootOperations.AddPermRootAsync(client, ct),
            _ => null,
        };
}
