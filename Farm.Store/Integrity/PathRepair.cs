using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Mends one path from a source, and tells what came of it.</summary>
internal static class PathRepair
{
    public static async Task<VerifyFinding> TryAsync(
        IRepairSource source,
        PathInfo info,
        VerifyFinding finding,
        CancellationToken ct
    )
    {
        try
        {
            return await source.RepairAsync(info, ct).ConfigureAwait(false)
                ? finding with
                {
                    IsMended = true,
                }
                : finding with
                {
                    Reason = "no source has a good copy",
                };
        }
        catch (Exception failure) when (failure is StoreException or NixFormatException)
        {
            return finding with { Reason = failure.Message };
        }
    }
}
