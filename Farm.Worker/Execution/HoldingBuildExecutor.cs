using Farm.Protocol;
using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Worker.Execution;

/// <summary>Keeps the inputs and the outputs of an attempt in the node's store from before the first look at them to its end.</summary>
/// <remarks>The derivation is held with them, valid or not: the scratch directory has its hash.</remarks>
public sealed class HoldingBuildExecutor(IBuildExecutor inner, TempRoots roots) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        StorePath[] needed =
        [
            .. assignment.Inputs.Select(input => input.Path),
            .. assignment.Request.Outputs.Select(output => output.Path),
            .. assignment.Request.Recorded?.Values.Select(info => info.Path) ?? [],
            assignment.Request.DrvPath,
        ];
        StoreHold hold;
        try
        {
            hold = await roots.HoldAsync(needed, ct).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            return Failures.ToOutcome(failure);
        }
        await using (hold)
            return await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
    }
}
