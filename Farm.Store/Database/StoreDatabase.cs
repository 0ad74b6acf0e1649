using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Store.Database;

/// <summary>A store's database: Nix's, in SQLite with a write-ahead log. Many read at once, one writes.</summary>
/// <remarks>Shape: <c>db.sqlite</c>, and beside it <c>schema</c> with the text <c>10</c>. Source: Nix's <c>libstore/local-store.cc</c>.
/// Writing is for one caller at a time; <c>StoreWriterActor</c> sees to that.</remarks>
internal sealed class StoreDatabase : IDisposable
{
    private const int Schema = 10;

    private readonly string _file;
    private readonly StoreDir _storeDir;
    private readonly bool _isSynced;
    private readonly ConcurrentBag<(StoreConnection Connection, PathQueries Queries)> _idle = [];
    private readonly KnownRows _known = new();
    private readonly StoreConnection _writer;

    private StoreDatabase(string file, StoreDir storeDir, bool isSynced, TimeProvider clock)
    {
        (_file, _storeDir, _isSynced) = (file, storeDir, isSynced);
        _writer = StoreConnection.Open(file, isWriter: true, isSynced);
        Writes = new(_writer, storeDir, clock);
    }

    public PathWrites Writes { get; }

    /// <summary>Opens the database in this directory, or makes it.</summary>
    /// <exception cref="StoreException.CorruptDatabase">It is not of schema 10.</exception>
    public static StoreDatabase Open(string directory, StoreDir storeDir, bool isSynced, TimeProvider clock)
    {
        Directory.CreateDirectory(directory);
        var (file, schemaFile) = (Path.Combine(directory, "db.sqlite"), Path.Combine(directory, "schema"));
        var isNew = !File.Exists(schemaFile);
        if (!isNew)
            CheckSchema(schemaFile, file);
        var database = new StoreDatabase(file, storeDir, isSynced, clock);
        try
        {
            if (isNew)
                database.Make(schemaFile);
            else
                database.CheckTables();
            database.Writes.Realisations.MendTables();
            return database;
        }
        catch (Exception error)
        {
            database.Dispose();
            if (error is SqliteException failure)
                throw StoreConnection.Refusal(file, failure);
            throw;
        }
    }

    /// <summary>The schema's file comes last: a process that is killed before leaves an empty database, which is made anew.</summary>
    private void Make(string schemaFile)
    {
        if (HasTables() && _writer.Number("select exists (select 1 from ValidPaths)") is not 0)
            throw new StoreException.CorruptDatabase(
                _file,
                $"it has paths, but '{schemaFile}', which tells its schema, is missing; if Nix 2.0 or later, or Farm, "
                    + $"has made the store, write {Schema} into that file"
            );
        _writer.InTransaction(
            isWrite: true,
            () =>
            {
                _writer.RunScript(ReadSchema());
                return true;
            }
        );
        var temporary = $"{schemaFile}.tmp-{Environment.ProcessId}";
        File.WriteAllText(temporary, Schema.ToString(CultureInfo.InvariantCulture), new UTF8Encoding(false));
        File.Move(temporary, schemaFile, overwrite: true);
    }

    private void CheckTables()
    {
        if (!HasTables())
            throw new StoreException.CorruptDatabase(
                _file,
                "its tables are missing though its schema file is there; restore the file, or remove the folder to begin anew"
            );
    }

    private bool HasTables() =>
        _writer.Number("select count(*) from sqlite_master where name in ('ValidPaths', 'Refs', 'DerivationOutputs')")
            is 3;

    /// <summary>Asks on a connection of its own, off the caller's thread.</summary>
    public Task<T> ReadAsync<T>(Func<PathQueries, T> query, CancellationToken ct) =>
        Task.Run(() => Read(query, static (queries, query) => query(queries)), ct);

    /// <summary>Asks on a connection of its own, on the caller's thread: for a question of some microseconds, which is less than
    /// it takes to begin a task and to come back from it.</summary>
    public Task<T> LookUpAsync<TArgument, T>(
        TArgument argument,
        Func<PathQueries, TArgument, T> query,
        CancellationToken ct
    )
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<T>(ct);
        try
        {
            return Task.FromResult(Read(argument, query));
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            return Task.FromException<T>(failure);
        }
    }

    /// <summary>A reader that has failed is not used again.</summary>
    private T Read<TArgument, T>(TArgument argument, Func<PathQueries, TArgument, T> query)
    {
        if (!_idle.TryTake(out var reader))
        {
            var connection = StoreConnection.Open(_file, isWriter: false, _isSynced);
            reader = (connection, new(connection, _storeDir, _known));
        }
        try
        {
            var result = query(reader.Queries, argument);
            _idle.Add(reader);
            return result;
        }
        catch (Exception error)
        {
            reader.Connection.Dispose();
            if (error is SqliteException failure)
                throw StoreConnection.Refusal(_file, failure);
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
            reader.Connection.Dispose();
        _writer.Dispose();
    }

    private static void CheckSchema(string file, string databaseFile)
    {
        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var schema))
            throw new StoreException.CorruptDatabase(
                file,
                $"'{text}' is no schema number; write {Schema} into it if Nix 2.0 or later, or Farm, has made the store"
            );
        if (schema > Schema)
            throw new StoreException.CorruptDatabase(file, $"its schema {schema} is newer than {Schema}");
        if (schema < Schema)
            throw new StoreException.CorruptDatabase(
                file,
                $"its schema {schema} is older than {Schema}; open it with Nix once"
            );
        if (!File.Exists(databaseFile))
            throw new StoreException.CorruptDatabase(
                databaseFile,
                $"it is missing though '{file}' is there; restore it, or remove the folder to begin anew"
            );
    }

    private static string ReadSchema()
    {
        using var resource = typeof(StoreDatabase).Assembly.GetManifestResourceStream(
            "Farm.Store.Database.schema.sql"
        )!; // Embedded by the project file.
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
