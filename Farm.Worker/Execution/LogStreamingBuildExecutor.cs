using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>Puts the log on disk before anyone is told of it, so that it can be sent again after the connection broke.</summary>
public sealed class LogStreamingBuildExecutor(IBuildExecutor inner, LogSpool spool) : IBuildExecutor
{
    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        using var log = spool.Write(assignment.Key);
        return await inner.ExecuteAsync(assignment, new Spooled(progress, log), ct).ConfigureAwait(false);
    }

    private sealed class Spooled(IBuildProgress outer, LogSpoolWriter log) : IBuildProgress
    {
        public ValueTask EnterAsync(BuildPhase phase, CancellationToken ct) => outer.EnterAsync(phase, ct);

        public async ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            await log.AppendAsync(bytes, ct).ConfigureAwait(false);
            await outer.LogAsync(bytes, ct).ConfigureAwait(false);
        }
    }
}
