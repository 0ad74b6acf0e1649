using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Derivations.Importing;

/// <summary>A store of Nix's or Guix's on this machine, which is only read.</summary>
/// <remarks>Source: Nix's schema 10, which Guix shares: tables <c>ValidPaths</c> and <c>Refs</c>.</remarks>
public sealed class NixStoreSource : IImportSource, IDisposable
{
    private const string PathQuery = "select id, hash, narSize, ca from ValidPaths where path = $path";

    private const string ReferenceQuery =
        "select path from Refs join ValidPaths on reference = id where referrer = $id order by path";

    private readonly string _root;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    private NixStoreSource(string root, StoreDir storeDir, string database, SqliteConnection connection) =>
        (_root, StoreDir, Name, _connection) = (
            root,
            storeDir,
            $"the store with the database '{database}'",
            connection
        );

    public string Name { get; }

    public StoreDir StoreDir { get; }

    /// <summary>Opens the store below a root.</summary>
    /// <param name="root"><c>/</c> for the system's.</param>
    /// <param name="storeDir">The logical store directory.</param>
    /// <returns>Null where there is no database.</returns>
    /// <exception cref="DerivationException">There is one that cannot be read.</exception>
    public static NixStoreSource? TryOpen(string root, StoreDir storeDir)
    {
        var below = root.TrimEnd('/');
        // Nix keeps its state beside the store; Guix has a place of its own.
        string[] places = [Path.GetDirectoryName(storeDir.Text) + "/var/nix/db/db.sqlite", "/var/guix/db/db.sqlite"];
        if (places.Select(place => below + place).FirstOrDefault(File.Exists) is not { } database)
            return null;
        var connection = new SqliteConnection(ConnectionText(database));
        try
        {
            connection.Open();
            return new NixStoreSource(below, storeDir, database, connection);
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new DerivationException($"The database '{database}' cannot be read: {error.Message}", error);
        }
    }

    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await ReadAsync(path, ct).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SqliteException or NixFormatException)
        {
            throw new DerivationException(
                $"The entry of '{StoreDir.Print(path)}' in {Name} cannot be read: {error.Message}",
                error
            );
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct) =>
        NarDump.WriteAsync(_root + StoreDir.Print(path), destination, ct);

    public void Dispose()
    {
        _connection.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task<PathInfo?> ReadAsync(StorePath path, CancellationToken ct)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = PathQuery;
        command.Parameters.AddWithValue("$path", StoreDir.Print(path));
        await using var row = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        if (!await row.ReadAsync(ct).ConfigureAwait(false))
            return null;
        return new PathInfo
        {
            Path = path,
            NarHash = Sha256Digest.Parse(row.GetString(1)),
            NarSizeBytes = row.IsDBNull(2) ? 0 : row.GetInt64(2),
            ContentAddress =
                row.IsDBNull(3) || row.GetString(3).Length == 0 ? null : ContentAddress.Parse(row.GetString(3)),
            References = [.. await ReferencesAsync(row.GetInt64(0), ct).ConfigureAwait(false)],
        };
    }

    private async Task<List<StorePath>> ReferencesAsync(long id, CancellationToken ct)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = ReferenceQuery;
        command.Parameters.AddWithValue("$id", id);
        await using var row = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<StorePath> references = [];
        while (await row.ReadAsync(ct).ConfigureAwait(false))
            references.Add(StoreDir.ParsePath(row.GetString(0)));
        return references;
    }

    /// <summary>Nobody writes where there is no write-ahead log: then the file is read as it is, and nothing is made beside it.</summary>
    private static string ConnectionText(string file)
    {
        var isQuiet = new FileInfo($"{file}-wal") is not { Exists: true, Length: > 0 };
        var escaped = Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal);
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = isQuiet ? $"file:{escaped}?immutable=1" : file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        return text.ToString();
    }
}
