using System.Collections.Immutable;
using System.Text.Json;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Coordinator.Persistence;

/// <summary>Reads values of the domain from rows.</summary>
internal static class FarmQueries
{
    public static UnfinishedWork Unfinished(SqliteConnection connection)
    {
        using var snapshot = connection.BeginTransaction(deferred: true);
        var roots = Rows(
                connection,
                """
                select build, drvPath from BuildRoots where build in (select id from Builds where finalView is null)
                order by build, position
                """,
                row => (Build: row.GetInt64(0), DrvPath: StorePath.Parse(row.GetString(1)))
            )
            .ToLookup(root => root.Build, root => root.DrvPath);
        var builds = Rows(
            connection,
            "select id, priority, createdAt, options from Builds where finalView is null order by id",
            row => new UnfinishedBuild(
                BuildId.Create(row.GetInt64(0)),
                row.GetInt32(1),
                Time(row.GetInt64(2)),
                MessageCodec.ParseOptions(row.GetString(3)),
                [.. roots[row.GetInt64(0)]]
            )
        );
        var failed = Rows(
            connection,
            "select drvPath, reason, failure from Steps where state = 'failed'",
            row => KeyValuePair.Create(StorePath.Parse(row.GetString(0)), Failure(row, 1))
        );
        var live = Attempts(connection, "finishedAt is null and $key = ''", "");
        var epochs = Rows(
            connection,
            "select drvPath, max(epoch) from Attempts group by drvPath",
            row => KeyValuePair.Create(StorePath.Parse(row.GetString(0)), row.GetInt64(1))
        );
        var last = Rows(connection, "select coalesce(max(id), 0) from Builds", row => row.GetInt64(0)).Single();
        return new UnfinishedWork(
            last,
            [.. builds],
            failed.ToImmutableDictionary(),
            // Should two of one step be open, the later counts.
            live.GroupBy(row => row.DrvPath)
                .Select(rows => rows.MaxBy(row => row.Epoch)!) // no group is empty
                .ToImmutableDictionary(row => row.DrvPath, Live),
            epochs.ToImmutableDictionary()
        );
    }

    public static BuildView? FinishedBuild(SqliteConnection connection, BuildId id) =>
        Rows(
                connection,
                "select finalView from Builds where id = $key and finalView is not null",
                row => View(row.GetString(0)),
                id.Number
            )
            .SingleOrDefault();

    public static ImmutableArray<BuildView> FinishedBuilds(SqliteConnection connection, int limit) =>
        [
            .. Rows(
                connection,
                "select finalView from Builds where finalView is not null order by id desc limit $key",
                row => View(row.GetString(0)),
                limit
            ),
        ];

    public static StepRow? Step(SqliteConnection connection, StorePath drvPath)
    {
        var outputs = Rows(
            connection,
            "select name, path from Outputs where drvPath = $key",
            row => KeyValuePair.Create(row.GetString(0), StorePath.Parse(row.GetString(1))),
            drvPath.ToString()
        );
        return Rows(
                connection,
                "select name, system, features, state, reason, failure from Steps where drvPath = $key",
                row => new StepRow(
                    drvPath,
                    row.GetString(0),
                    row.GetString(1),
                    [.. row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                    row.GetString(3),
                    row.GetString(3) == "failed" ? Failure(row, 4) : null,
                    outputs.ToImmutableSortedDictionary(StringComparer.Ordinal)
                ),
                drvPath.ToString()
            )
            .SingleOrDefault();
    }

    /// <param name="condition">Over the columns and <c>$key</c>.</param>
    public static ImmutableArray<AttemptRow> Attempts(SqliteConnection connection, string condition, string key) =>
        [
            .. Rows(
                connection,
                $"""
                select id, drvPath, epoch, worker, startedAt, finishedAt, outcome from Attempts
                where {condition} order by drvPath, epoch
                """,
                row => new AttemptRow(
                    AttemptId.Parse(row.GetString(0)),
                    StorePath.Parse(row.GetString(1)),
                    row.GetInt64(2),
                    WorkerId.Parse(row.GetString(3)),
                    Time(row.GetInt64(4)),
                    row.IsDBNull(5) ? null : Time(row.GetInt64(5)),
                    row.IsDBNull(6) ? null : MessageCodec.ParseOutcome(row.GetString(6))
                ),
                key
            ),
        ];

    public static ImmutableDictionary<string, TimeSpan> Durations(
        SqliteConnection connection,
        IReadOnlyCollection<string> names
    ) =>
        Rows(
                connection,
                """
                select name, avg(wallMs) from Steps
                where wallMs is not null and name in (select value from json_each($key)) group by name
                """,
                row => KeyValuePair.Create(row.GetString(0), TimeSpan.FromMilliseconds(row.GetDouble(1))),
                JsonSerializer.Serialize([.. names], TextListJsonContext.Default.StringArray)
            )
            .ToImmutableDictionary();

    private static List<T> Rows<T>(
        SqliteConnection connection,
        string sql,
        Func<SqliteDataReader, T> read,
        object? key = null
    )
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (key is not null)
        {
            command.Parameters.AddWithValue("$key", key);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>From two columns, the reason first.</summary>
    private static StepFailure Failure(SqliteDataReader row, int column) =>
        new(
            row.IsDBNull(column) ? "" : row.GetString(column),
            FailureKinds.Parse(row.IsDBNull(column + 1) ? null : row.GetString(column + 1))
        );

    private static Attempt Live(AttemptRow row) =>
        new(row.Id, row.Epoch, row.Worker, BuildPhase.Offered, row.StartedAt, row.StartedAt);

    private static BuildView View(string json) =>
        JsonSerializer.Deserialize(json, ApiJsonContext.Default.BuildView)
        ?? throw new InvalidDataException("the view of a finished build is null in the database");

    private static DateTimeOffset Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
