using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Farm.Store.Paths;

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
        var schemaFile = Path.Combine(directory, "schema");
        var isNew = !File.Exists(schemaFile);
        if (!isNew)
            CheckSchema(schemaFile);
        var database = new StoreDatabase(Path.Combine(directory, "db.sqlite"), storeDir, isSynced, clock);
        if (isNew)
        {
            database._writer.RunScript(ReadSchema());
            File.WriteAllText(schemaFile, Schema.ToString(CultureInfo.InvariantCulture), new UTF8Encoding(false));
        }
        return database;
    }

    /// <summary>Asks on a connection of its own, off the caller's thread.</summary>
    public Task<T> ReadAsync<T>(Func<PathQueries, T> query, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                if (!_idle.TryTake(out var reader))
                {
                    var connection = StoreConnection.Open(_file, isWriter: false, _isSynced);
                    reader = (connection, new(connection, _storeDir));
                }
                var result = query(reader.Queries);
                _idle.Add(reader);
                return result;
            },
            ct
        );

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
            reader.Connection.Dispose();
        _writer.Dispose();
    }

    private static void CheckSchema(string file)
    {
        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var schema))
            throw new StoreException.CorruptDatabase(file, $"'{text}' is no schema number");
        if (schema > Schema)
            throw new StoreException.CorruptDatabase(file, $"its schema {schema} is newer than {Schema}");
        if (schema < Schema)
            throw new StoreException.CorruptDatabase(
                file,
                $"its schema {schema} is older than {Schema}; open it with Nix once"
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
