using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>Takes an attempt to its outcome, or does one part of that and leaves the rest to the executor inside.</summary>
public interface IBuildExecutor
{
    /// <summary>Builds; whatever can go wrong with a build is an outcome.</summary>
    /// <param name="progress">Told how far the attempt is; gives the slot and takes the log.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled; nothing of the attempt runs any more.</exception>
    Task<BuildOutcome> ExecuteAsync(BuildAssignment assignment, IBuildProgress progress, CancellationToken ct);
}
