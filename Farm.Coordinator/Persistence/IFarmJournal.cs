namespace Farm.Coordinator.Persistence;

/// <summary>Where decisions become durable. One writer.</summary>
public interface IFarmJournal
{
    /// <summary>Writes all records, or none, and returns when they are on disk.</summary>
    Task WriteAsync(IReadOnlyList<FarmRecord> records, CancellationToken ct);

    /// <summary>What is not over.</summary>
    Task<UnfinishedWork> LoadUnfinishedAsync(CancellationToken ct);
}
