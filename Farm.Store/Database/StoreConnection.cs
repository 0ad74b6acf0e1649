using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farm.Store.Database;

/// <summary>One connection to a store's database with Nix's settings, and its prepared statements. For one thread at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    private const int BusySeconds = 3600;
    private const int FullCode = 13;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, StoreStatement> _statements = new(StringComparer.Ordinal);

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

    /// <summary>The prepared statement for this text, whose parameters are named $0, $1 and so on.</summary>
    public StoreStatement Statement(string text)
    {
        if (!_statements.TryGetValue(text, out var statement))
            _statements.Add(text, statement = StoreStatement.Prepare(Handle, text));
        return statement;
    }

    /// <summary>The rows that a statement gives for these values, which are numbers, strings, bytes or null.</summary>
    public StoreRows Rows(string text, params ReadOnlySpan<object?> values)
    {
        var statement = Statement(text);
        var rows = statement.Run();
        try
        {
            statement.Bind(values);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>The number in the first column of the first row; null where there is no row, or no number in it.</summary>
    public long? Number(string text, params ReadOnlySpan<object?> values)
    {
        using var rows = Rows(text, values);
        return rows.Read() && rows.IsNumber(0) ? rows.GetInt64(0) : null;
    }

    /// <summary>Runs a statement for what it does. Answers how many rows it has changed, where it is one that changes rows.</summary>
    public int Run(string text, params ReadOnlySpan<object?> values)
    {
        using var rows = Rows(text, values);
        while (rows.Read())
            continue;
        return raw.sqlite3_changes(Handle);
    }

    /// <summary>Runs a script of many statements.</summary>
    public void RunScript(string script)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>Whether a transaction has begun and not ended. Some failures end it.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Runs <paramref name="work"/> in a transaction, which is rolled back where it throws. Inside another one it is a part
    /// of that, which alone is rolled back.</summary>
    public T InTransaction<T>(bool isWrite, Func<T> work)
    {
        if (IsInTransaction)
            return InSavepoint(work);
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

    private T InSavepoint<T>(Func<T> work)
    {
        Run("savepoint part");
        try
        {
            var result = work();
            Run("release part");
            return result;
        }
        catch (Exception error)
        {
            if (IsInTransaction)
            {
                Run("rollback to part");
                Run("release part");
            }
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
        foreach (var statement in _statements.Values)
            statement.Close();
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
        if (!IsWriteAhead())
            Run("pragma main.journal_mode = wal");
        Run("pragma wal_autocheckpoint = 40000");
    }

    private bool IsWriteAhead()
    {
        using var rows = Rows("pragma main.journal_mode");
        return rows.Read() && rows.GetString(0) == "wal";
    }

    private sqlite3 Handle =>
        _connection.Handle ?? throw new ObjectDisposedException(nameof(StoreConnection), $"'{File}' has been closed.");
}
