using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farm.Store.Database;

/// <summary>A prepared statement, used again and again by its connection. For one thread, and one run, at a time.</summary>
/// <remarks>Shape: parameters are named <c>$0</c>, <c>$1</c> and so on. It speaks to SQLite itself, in bytes: the framework's commands
/// make a reader, a string and boxed values for each run, which cost more than the look-up of a path does.</remarks>
internal sealed class StoreStatement
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int[] _places;
    private bool _isRunning;

    private StoreStatement(sqlite3 database, sqlite3_stmt statement)
    {
        (_database, _statement) = (database, statement);
        _places = new int[raw.sqlite3_bind_parameter_count(statement)];
        for (var place = 1; place <= _places.Length; place++)
        {
            var name = raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string();
            _places[int.Parse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture)] = place;
        }
    }

    /// <exception cref="SqliteException">SQLite refuses the text.</exception>
    public static StoreStatement Prepare(sqlite3 database, string text)
    {
        Check(raw.sqlite3_prepare_v3(database, text, raw.SQLITE_PREPARE_PERSISTENT, out var statement), database);
        return new(database, statement);
    }

    /// <summary>Sets a parameter to text, given in UTF-8.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> text) =>
        Check(raw.sqlite3_bind_text(_statement, Place(parameter), text), _database);

    /// <summary>Sets a parameter to a number.</summary>
    public void Bind(int parameter, long number) =>
        Check(raw.sqlite3_bind_int64(_statement, Place(parameter), number), _database);

    /// <summary>Sets all parameters, in the order of their names, to numbers, strings, bytes or null.</summary>
    public void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var code = values[i] switch
            {
                null => raw.sqlite3_bind_null(_statement, Place(i)),
                string text => raw.sqlite3_bind_text(_statement, Place(i), text),
                long number => raw.sqlite3_bind_int64(_statement, Place(i), number),
                int number => raw.sqlite3_bind_int64(_statement, Place(i), number),
                byte[] bytes => raw.sqlite3_bind_blob(_statement, Place(i), bytes),
                _ => throw new UnreachableException(),
            };
            Check(code, _database);
        }
    }

    /// <summary>Begins a run, which ends when what is returned is disposed.</summary>
    public StoreRows Run()
    {
        if (_isRunning)
            throw new InvalidOperationException("A statement cannot run again while its rows are read.");
        _isRunning = true;
        return new(this);
    }

    internal bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            Check(code, _database);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>The failure of a run was told when it was met.</summary>
    internal void Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        _isRunning = false;
    }

    internal bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    internal bool IsNumber(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER;

    internal long GetInt64(int column) => raw.sqlite3_column_int64(_statement, column);

    internal ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(_statement, column);

    internal void Close() => _statement.Dispose();

    private int Place(int parameter) => _places[parameter];

    private static void Check(int code, sqlite3 database)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, database);
    }
}
