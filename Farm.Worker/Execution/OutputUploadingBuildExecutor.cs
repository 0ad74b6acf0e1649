using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>Sends what was built to the coordinator's store: only there does it count.</summary>
public sealed class OutputUploadingBuildExecutor(IBuildExecutor inner, OutputUploader uploader) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var outcome = await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
        if (outcome is not BuildOutcome.Built built)
            return outcome;
        await progress.EnterAsync(BuildPhase.Uploading, ct).ConfigureAwait(false);
        try
        {
            await uploader.UploadAsync(built.Outputs, ct).ConfigureAwait(false);
        }
        catch (TransferException failure)
        {
            return new BuildOutcome.InfrastructureFailed(
                $"the outputs cannot be sent to the coordinator: {failure.Message}",
                failure.IsTransient
            );
        }

        await progress.EnterAsync(BuildPhase.Committing, ct).ConfigureAwait(false);
        return outcome;
    }
}
