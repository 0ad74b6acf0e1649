using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Paths;

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
            await fetcher
                .FetchAsync([.. holders.Keys, .. Compared(assignment.Request)], holders, ct)
                .ConfigureAwait(false);
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

    /// <summary>What is compared must be here, for people and for the diff-hook.</summary>
    private static IEnumerable<StorePath> Compared(BuildRequest request) =>
        request is { Options.Mode: BuildMode.Check, Recorded: { } recorded }
            ? recorded.Values.Select(info => info.Path)
            : [];
}
