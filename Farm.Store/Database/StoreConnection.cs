using Microsoft.Data.Sqlite;

namespace Farm.Store.Database;

/// <summary>One connection to a store's database with Nix's settings, and its prepared statements. For one thread at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    private const int BusySeconds = 3600;
    private const int FullCode = 13;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private StoreConnection(string file, SqliteConnection connection) => (File, _connection) = (file, connection);

    /// <summary>The database's file.</summary>
    public string File { get; }

    public static StoreConnection Open(string file, bool isWriter, bool isSynced)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            DefaultTimeout = BusySeconds,
            Mode = isWriter ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var opened = new StoreConnection(file, connection);
            opened.Run($"pragma busy_timeout = {BusySeconds * 1000}");
            opened.Run("pragma foreign_keys = 1");
            opened.Run($"pragma synchronous = {(isSynced ? "normal" : "off")}");
            opened.UseWriteAheadLog();
            return opened;
        }
        catch (SqliteException cause)
        {
            connection.Dispose();
            throw Refusal(file, cause);
        }
    }

    /// <summary>The prepared statement for this text; its parameters are set to the values, named $0, $1 and so on.</summary>
    public SqliteCommand Prepare(string text, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(text, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = text;
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _commands.Add(text, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>Runs a statement that has no result.</summary>
    public int Run(string text, params ReadOnlySpan<object?> values) => Prepare(text, values).ExecuteNonQuery();

    /// <summary>Runs a script of many statements.</summary>
    public void RunScript(string script)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs <paramref name="work"/> in a transaction, which is rolled back where it throws.</summary>
    public T InTransaction<T>(bool isWrite, Func<T> work)
    {
        Run(isWrite ? "begin immediate" : "begin");
        try
        {
            var result = work();
            Run("commit");
            return result;
        }
        catch (Exception error)
        {
            RollBack();
            if (error is SqliteException failure)
                throw Refusal(File, failure);
            throw;
        }
    }

    /// <summary>What a failure of SQLite's is to a store.</summary>
    public static StoreException Refusal(string file, SqliteException failure) =>
        failure.SqliteErrorCode is FullCode
            ? new StoreException.NoSpace(file, failure)
            : new StoreException.CorruptDatabase(file, failure.Message.TrimEnd('.'), failure);

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    /// <summary>Some failures have ended the transaction already.</summary>
    private void RollBack()
    {
        try
        {
            Run("rollback");
        }
        catch (SqliteException)
        {
            // The failure that led here is the one to report.
        }
    }

    private void UseWriteAheadLog()
    {
        if (Prepare("pragma main.journal_mode").ExecuteScalar() is not "wal")
            Run("pragma main.journal_mode = wal");
        Run("pragma wal_autocheckpoint = 40000");
    }
}
