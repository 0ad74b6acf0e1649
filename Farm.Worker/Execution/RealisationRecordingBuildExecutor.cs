using Farm.Protocol;
using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Worker.Execution;

/// <summary>Records in the node's store what outputs have come to whose paths follow from what was built.</summary>
public sealed class RealisationRecordingBuildExecutor(IBuildExecutor inner, StoreRealisations realisations)
    : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var outcome = await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
        var request = assignment.Request;
        if (outcome is not BuildOutcome.Built built || request.RealisationHash is not { } hash)
            return outcome;
        var outputs = request.Outputs.Zip(
            built.Outputs,
            (output, info) => KeyValuePair.Create<string, StorePath>(output.Name, info.Path)
        );
        try
        {
            await realisations.RecordAsync(hash, outputs, ct).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            return Failures.ToOutcome(failure);
        }
        return outcome;
    }
}
