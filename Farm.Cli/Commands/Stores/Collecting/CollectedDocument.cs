using Farm.Store.Collector;

namespace Farm.Cli.Commands.Stores.Collecting;

/// <summary>What a collection has come to, as JSON.</summary>
/// <param name="DeletedPaths">Valid paths that were deleted.</param>
/// <param name="DeletedLeftovers">Other names in the store directory that were deleted.</param>
/// <param name="FreedBytes">Size of the files deleted.</param>
/// <param name="RemovedLinks">Names removed from <c>.links</c>.</param>
/// <param name="SavedBytes">What hard links save now.</param>
public sealed record CollectedDocument(
    long DeletedPaths,
    long DeletedLeftovers,
    long FreedBytes,
    long RemovedLinks,
    long SavedBytes
)
{
    public static CollectedDocument Of(CollectReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(
            report.DeletedPaths,
            report.DeletedLeftovers,
            report.FreedBytes,
            report.Links?.RemovedLinks ?? 0,
            report.Links?.SavedBytes ?? 0
        );
    }
}
