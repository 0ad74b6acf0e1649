using Farm.Coordinator.Persistence;
using Farm.Http.Caches;
using Farm.Store.Paths;

namespace Farm.Coordinator.Logs;

/// <summary>The logs of the latest attempts; where there was none, what another has.</summary>
public sealed class AttemptBuildLogs(FarmDatabase history, LogFiles logs, IBuildLogs others) : IBuildLogs
{
    public async Task<Stream?> TryOpenAsync(StorePath derivation, CancellationToken ct)
    {
        var attempts = await history.AttemptsAsync(derivation, ct).ConfigureAwait(false);
        return (attempts.IsEmpty ? null : logs.TryOpen(attempts[^1].Id))
            ?? await others.TryOpenAsync(derivation, ct).ConfigureAwait(false);
    }
}
