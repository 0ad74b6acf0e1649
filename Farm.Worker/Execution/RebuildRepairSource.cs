using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Core;
using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>Repairs by building the recorded deriver again, on this machine, from what the store has.</summary>
/// <param name="store">The store with the damage.</param>
/// <param name="parts">What the build is made with; asked for at the first repair, since a machine may have no sandbox.</param>
public sealed class RebuildRepairSource(LocalStore store, Func<LocalBuildParts> parts) : IRepairSource
{
    public async Task<bool> RepairAsync(PathInfo info, CancellationToken ct)
    {
        if (info.Deriver is not { } drvPath || await RequestAsync(drvPath, ct).ConfigureAwait(false) is not { } request)
            return false;
        if (!request.Outputs.Any(output => output.Path == info.Path))
            return false;
        await using var hold = await store.TempRoots.HoldAsync([.. request.InputPaths], ct).ConfigureAwait(false);
        var closure = await store.ClosureAsync(request.InputPaths, ct).ConfigureAwait(false);
        var keeper = new ReplacingOutputKeeper(store, info);
        var outcome = await BuildAsync(info.Path, request, closure, keeper, ct).ConfigureAwait(false);
        if (keeper.Refusal is { } refusal)
            throw new StoreException.NotBuiltAgain(
                store.StoreDir.Print(info.Path),
                $"it came out otherwise, with {refusal.Got} instead of {refusal.Specified}"
            );
        return outcome is BuildOutcome.Built
            ? keeper.HasReplaced
            : throw new StoreException.NotBuiltAgain(store.StoreDir.Print(info.Path), Reason(outcome));
    }

    private async Task<BuildOutcome> BuildAsync(
        StorePath path,
        BuildRequest request,
        ImmutableSortedSet<StorePath> closure,
        IOutputKeeper keeper,
        CancellationToken ct
    )
    {
        try
        {
            var executor = new LocalBuildExecutor(parts() with { Keeper = keeper });
            var assignment = new BuildAssignment(
                new AttemptKey(AttemptId.Create(Guid.NewGuid()), 0),
                request,
                [.. closure.Select(input => new InputHolders(input, []))]
            );
            return await executor.ExecuteAsync(assignment, new SilentProgress(), ct).ConfigureAwait(false);
        }
        catch (SandboxException cause)
        {
            throw new StoreException.NotBuiltAgain(store.StoreDir.Print(path), cause.Message);
        }
    }

    /// <summary>Null where the derivation or one of its inputs is not valid here.</summary>
    private async Task<BuildRequest?> RequestAsync(StorePath drvPath, CancellationToken ct)
    {
        if (await store.QueryAsync(drvPath, ct).ConfigureAwait(false) is null)
            return null;
        var derivation = await ReadAsync(drvPath, ct).ConfigureAwait(false);
        if (derivation.HasDynamicInputs || derivation.Outputs.Values.Any(output => output.KnownPath is null))
            return null;
        var inputs = derivation.InputSources.ToBuilder();
        foreach (var (input, wanted) in derivation.InputDerivations)
        {
            if (await store.QueryAsync(input, ct).ConfigureAwait(false) is null)
                return null;
            var outputs = (await ReadAsync(input, ct).ConfigureAwait(false)).Outputs;
            foreach (var name in wanted.Outputs)
            {
                if (outputs[name].KnownPath is not { } path)
                    return null;
                inputs.Add(path);
            }
        }
        var valid = await store.ValidAsync(inputs.ToImmutable(), ct).ConfigureAwait(false);
        return valid.Count == inputs.Count
            ? BuildRequest.From(drvPath, derivation, inputs.ToImmutable(), BuildOptions.None)
            : null;
    }

    private async Task<Derivation> ReadAsync(StorePath drvPath, CancellationToken ct) =>
        DerivationParser.Parse(
            store.StoreDir,
            drvPath,
            await File.ReadAllBytesAsync(store.Layout.ToPhysical(drvPath), ct).ConfigureAwait(false)
        );

    private static string Reason(BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.BuilderFailed failed => string.Join("; ", ["its builder failed", .. failed.LastLines]),
            BuildOutcome.OutputRejected rejected => rejected.Reason,
            BuildOutcome.InputRejected rejected => rejected.Reason,
            BuildOutcome.InfrastructureFailed failed => failed.Reason,
            BuildOutcome.MemoryExceeded exceeded => $"its builder used more memory than {exceeded.LimitBytes} bytes",
            BuildOutcome.TimedOut timedOut => $"its builder took longer than {timedOut.After}",
            _ => "the build did not end well",
        };
}
