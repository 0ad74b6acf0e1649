using Farm.Protocol;
using Farm.Store;

namespace Farm.Worker.Execution;

/// <summary>Fetches the inputs that the worker's store lacks before the build inside begins.</summary>
public sealed class InputFetchingBuildExecutor(IBuildExecutor inner, InputFetcher fetcher) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        await progress.EnterAsync(BuildPhase.Fetching, ct).ConfigureAwait(false);
        try
        {
            var holders = assignment.Inputs.ToDictionary(input => input.Path, input => input.Holders);
            await fetcher.FetchAsync(holders.Keys, holders, ct).ConfigureAwait(false);
        }
        catch (FetchException failure)
        {
            return new BuildOutcome.InfrastructureFailed(failure.Message, failure.IsTransient);
        }
        catch (TransferException failure)
        {
            return new BuildOutcome.InfrastructureFailed(
                $"the coordinator's store does not answer: {failure.Message}",
                failure.IsTransient
            );
        }
        catch (StoreException failure)
        {
            return Failures.ToOutcome(failure);
        }

        return await inner.ExecuteAsync(assignment, progress, ct).ConfigureAwait(false);
    }
}
