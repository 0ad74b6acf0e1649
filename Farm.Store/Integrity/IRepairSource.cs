using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Where a good copy of a damaged path may come from.</summary>
public interface IRepairSource
{
    /// <summary>Puts a good copy in the place of a damaged or missing valid path.</summary>
    /// <param name="info">What is recorded of the path; the copy has its hash.</param>
    /// <param name="ct">Stops before the path is replaced.</param>
    /// <returns>False where this source has no such copy.</returns>
    /// <exception cref="StoreException">The source has one and it could not be used.</exception>
    Task<bool> RepairAsync(PathInfo info, CancellationToken ct);
}
