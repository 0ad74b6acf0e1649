using Farm.Store.Paths;

namespace Farm.Http.Caches;

/// <summary>What builders have printed.</summary>
public interface IBuildLogs
{
    /// <summary>The log of the latest build of a derivation, as the builder wrote it; null where there is none.</summary>
    Task<Stream?> TryOpenAsync(StorePath derivation, CancellationToken ct);
}
