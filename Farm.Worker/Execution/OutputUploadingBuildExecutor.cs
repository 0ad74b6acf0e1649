using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Worker.Execution;

/// <summary>Sends what was built to the coordinator's store: only there does it count.</summary>
/// <param name="roots">Keep what was built from the node's collector: of some outputs the paths were not known before.</param>
public sealed class OutputUploadingBuildExecutor(IBuildExecutor inner, OutputUploader uploader, TempRoots roots)
    : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var outcome = await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
        var mode = assignment.Request.Options.Mode;
        // What was only compared is in the coordinator's store.
        if (outcome is not BuildOutcome.Built built || mode == BuildMode.Check)
            return outcome;
        await progress.EnterAsync(BuildPhase.Uploading, ct).ConfigureAwait(false);
        try
        {
            StorePath[] outputs = [.. built.Outputs.Select(output => output.Path)];
            await using var hold = await roots.HoldAsync(outputs, ct).ConfigureAwait(false);
            await uploader.UploadAsync(built.Outputs, repairs: mode == BuildMode.Repair, ct).ConfigureAwait(false);
        }
        catch (TransferException failure)
        {
            return new BuildOutcome.InfrastructureFailed(
                $"the outputs cannot be sent to the coordinator: {failure.Message}",
                failure.IsTransient
            );
        }
        catch (StoreException failure)
        {
            return Failures.ToOutcome(failure);
        }

        await progress.EnterAsync(BuildPhase.Committing, ct).ConfigureAwait(false);
        return outcome;
    }
}
