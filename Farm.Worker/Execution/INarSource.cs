using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>A binary cache of the farm from which inputs are fetched.</summary>
public interface INarSource
{
    /// <summary>What it knows of a path; null where it does not have it.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or does not answer as a cache.</exception>
    Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct);

    /// <summary>Opens the NAR of a path. What comes is not trusted: whoever reads it verifies it.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or does not have the path.</exception>
    Task<Stream> OpenNarAsync(PathInfo path, CancellationToken ct);
}
