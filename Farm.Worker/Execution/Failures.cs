using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>What went wrong with the worker, as an outcome with its evidence.</summary>
public static class Failures
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>The outcome for an error that nobody expected: the worker's failure, never the builder's.</summary>
    public static BuildOutcome.InfrastructureFailed ToOutcome(Exception cause) =>
        IsDiskFull(cause)
            ? new BuildOutcome.InfrastructureFailed($"the worker's disk is full: {cause.Message}", IsTransient: true)
            : new BuildOutcome.InfrastructureFailed($"{cause.GetType().Name}: {cause.Message}", IsTransient: true);

    /// <summary>Whether the cause, or what caused it, is a lack of room on the worker's disk.</summary>
    public static bool IsDiskFull(Exception cause)
    {
        for (var at = cause; at is not null; at = at.InnerException)
        {
            if (at is IOException && (at.HResult & 0xffff) is NoSpace or QuotaExceeded)
                return true;
        }

        return false;
    }
}
