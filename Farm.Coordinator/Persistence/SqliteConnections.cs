using Microsoft.Data.Sqlite;

namespace Farm.Coordinator.Persistence;

/// <summary>Opens the coordinator's database file and brings its schema about.</summary>
internal static class SqliteConnections
{
    /// <summary>Version of <c>schema.sql</c>, kept in the file as <c>user_version</c>.</summary>
    private const long SchemaVersion = 2;

    public static SqliteConnection Open(string file)
    {
        // No pool: it can hand back a connection to a file that was deleted.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()
        );
        try
        {
            connection.Open();
            Execute(connection, "pragma journal_mode = wal");
            Execute(connection, "pragma synchronous = full");
            Execute(connection, "pragma foreign_keys = on");
            Execute(connection, "pragma busy_timeout = 10000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="InvalidDataException">The file was written by another version of the program.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        var version = (long)Scalar(connection, "pragma user_version")!; // a pragma always answers
        if (version > SchemaVersion)
        {
            throw new InvalidDataException(
                $"the coordinator's database has schema version {version}, this program knows {SchemaVersion}: use a newer program"
            );
        }

        if (version == 0)
        {
            Execute(connection, Schema());
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert into Farm (identity) values ($identity)";
            insert.Parameters.AddWithValue("$identity", Guid.CreateVersion7().ToString());
            insert.ExecuteNonQuery();
        }

        if (version == 1)
        {
            Execute(connection, "alter table Steps add column failure text");
        }

        if (version < SchemaVersion)
        {
            Execute(connection, $"pragma user_version = {SchemaVersion}");
        }

        transaction.Commit();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Schema()
    {
        using var stream =
            typeof(SqliteConnections).Assembly.GetManifestResourceStream("Farm.Coordinator.Persistence.schema.sql")
            ?? throw new InvalidOperationException("schema.sql is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
