using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Coordinator.Persistence;

/// <summary>The queue and its history in one SQLite file, in write-ahead mode, with one connection to write and one to read.</summary>
/// <remarks>A commit is synced to disk before <see cref="WriteAsync"/> returns. SQLite waits in the calling thread, so every call goes to the
/// thread pool.</remarks>
public sealed class FarmDatabase : IFarmJournal, IFarmHistory, IAsyncDisposable
{
    private readonly SqliteConnection _writing;
    private readonly SqliteConnection _reading;
    private readonly SemaphoreSlim _writeGate = new(1, 1);
    private readonly SemaphoreSlim _readGate = new(1, 1);

    private FarmDatabase(SqliteConnection writing, SqliteConnection reading, string identity) =>
        (_writing, _reading, Identity) = (writing, reading, identity);

    /// <summary>UUID of this database.</summary>
    public string Identity { get; }

    /// <summary>Opens the file, and makes it with an empty queue when it is not there.</summary>
    /// <exception cref="InvalidDataException">The file was written by a newer version.</exception>
    /// <exception cref="SqliteException">The file is no database or cannot be written.</exception>
    public static Task<FarmDatabase> OpenAsync(string file, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
                var writing = SqliteConnections.Open(file);
                SqliteConnection? reading = null;
                try
                {
                    SqliteConnections.Migrate(writing);
                    var identity = (string)SqliteConnections.Scalar(writing, "select identity from Farm")!; // one row, made with the schema
                    reading = SqliteConnections.Open(file);
                    return new FarmDatabase(writing, reading, identity);
                }
                catch
                {
                    reading?.Dispose();
                    writing.Dispose();
                    throw;
                }
            },
            ct
        );

    public Task WriteAsync(IReadOnlyList<FarmRecord> records, CancellationToken ct) =>
        GuardedAsync(
            _writeGate,
            () =>
            {
                using var transaction = _writing.BeginTransaction();
                using var writes = new FarmWrites(_writing);
                foreach (var record in records)
                {
                    writes.Apply(record);
                }

                transaction.Commit();
                return records.Count;
            },
            ct
        );

    public Task<UnfinishedWork> LoadUnfinishedAsync(CancellationToken ct) => ReadAsync(FarmQueries.Unfinished, ct);

    public Task<BuildView?> FinishedBuildAsync(BuildId id, CancellationToken ct) =>
        ReadAsync(connection => FarmQueries.FinishedBuild(connection, id), ct);

    public Task<ImmutableArray<BuildView>> FinishedBuildsAsync(int limit, CancellationToken ct) =>
        ReadAsync(connection => FarmQueries.FinishedBuilds(connection, limit), ct);

    public Task<StepRow?> StepAsync(StorePath drvPath, CancellationToken ct) =>
        ReadAsync(connection => FarmQueries.Step(connection, drvPath), ct);

    public Task<ImmutableArray<AttemptRow>> AttemptsAsync(StorePath drvPath, CancellationToken ct) =>
        ReadAsync(connection => FarmQueries.Attempts(connection, "drvPath = $key", drvPath.ToString()), ct);

    public async Task<AttemptRow?> AttemptAsync(AttemptId id, CancellationToken ct)
    {
        var rows = await ReadAsync(connection => FarmQueries.Attempts(connection, "id = $key", id.ToString()), ct)
            .ConfigureAwait(false);
        return rows.SingleOrDefault();
    }

    public Task<ImmutableDictionary<string, TimeSpan>> DurationsAsync(
        IReadOnlyCollection<string> names,
        CancellationToken ct
    ) => ReadAsync(connection => FarmQueries.Durations(connection, names), ct);

    public async ValueTask DisposeAsync()
    {
        await _writeGate.WaitAsync().ConfigureAwait(false);
        await _readGate.WaitAsync().ConfigureAwait(false);
        await _writing.DisposeAsync().ConfigureAwait(false);
        await _reading.DisposeAsync().ConfigureAwait(false);
        _writeGate.Dispose();
        _readGate.Dispose();
    }

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> query, CancellationToken ct) =>
        GuardedAsync(_readGate, () => query(_reading), ct);

    private static async Task<T> GuardedAsync<T>(SemaphoreSlim gate, Func<T> work, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
