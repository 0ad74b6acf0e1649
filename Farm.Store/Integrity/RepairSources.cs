using System.Runtime.ExceptionServices;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Several sources, the first that has a good copy is used. Where none has one and some failed, the first failure is told.</summary>
public sealed class RepairSources(IReadOnlyList<IRepairSource> sources) : IRepairSource
{
    public async Task<bool> RepairAsync(PathInfo info, CancellationToken ct)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var source in sources)
        {
            try
            {
                if (await source.RepairAsync(info, ct).ConfigureAwait(false))
                    return true;
            }
            catch (Exception failure) when (failure is StoreException or NixFormatException)
            {
                first ??= ExceptionDispatchInfo.Capture(failure);
            }
        }
        first?.Throw();
        return false;
    }
}
