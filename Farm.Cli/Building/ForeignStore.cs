using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Cli.Building;

/// <summary>A store of Nix's on this machine from which derivations and sources are taken. It is only read.</summary>
/// <remarks>Source: Nix's schema 10: tables <c>ValidPaths</c> and <c>Refs</c>.</remarks>
public sealed class ForeignStore : IDisposable
{
    private const string PathQuery =
        "select id, hash, registrationTime, deriver, narSize, ultimate, sigs, ca from ValidPaths where path = $path";

    private const string ReferenceQuery =
        "select path from Refs join ValidPaths on reference = id where referrer = $id";

    private readonly SqliteConnection _connection;

    private ForeignStore(string root, StoreDir storeDir, string database, SqliteConnection connection) =>
        (Root, StoreDir, Database, _connection) = (root, storeDir, database, connection);

    /// <summary>The directory below which the store is, <c>/</c> for the system's.</summary>
    public string Root { get; }

    public StoreDir StoreDir { get; }

    /// <summary>The database's file.</summary>
    public string Database { get; }

    /// <summary>Whether there is a store below a root.</summary>
    public static bool Exists(string root) => File.Exists(DatabaseBelow(root));

    /// <exception cref="CommandException">There is none, or its database cannot be read.</exception>
    public static ForeignStore Open(string root, StoreDir storeDir)
    {
        var file = DatabaseBelow(root);
        if (!File.Exists(file))
        {
            throw new CommandException(
                $"There is no Nix store below '{root}' ('{file}' is missing); name the right directory with --from ROOT."
            );
        }
        var connection = new SqliteConnection(ConnectionText(file));
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from sqlite_master where name in ('ValidPaths', 'Refs')";
            return command.ExecuteScalar() is 2L
                ? new ForeignStore(root, storeDir, file, connection)
                : throw new CommandException($"'{file}' is no database of a Nix store: its tables are missing.");
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Unreadable(file, error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Where the files of a path are.</summary>
    public string Physical(StorePath path) => Below(Root, StoreDir.Print(path));

    /// <summary>What the store knows of a path; null where it is not valid.</summary>
    public PathInfo? Query(StorePath path)
    {
        try
        {
            return Read(path);
        }
        catch (SqliteException error)
        {
            throw Unreadable(Database, error);
        }
        catch (NixFormatException error)
        {
            throw new CommandException(
                $"The entry of '{StoreDir.Print(path)}' in '{Database}' is malformed: {error.Message}",
                error
            );
        }
    }

    public void Dispose() => _connection.Dispose();

    private PathInfo? Read(StorePath path)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = PathQuery;
        command.Parameters.AddWithValue("$path", StoreDir.Print(path));
        using var row = command.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }
        return new PathInfo
        {
            Path = path,
            NarHash = Sha256Digest.Parse(row.GetString(1)),
            RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)),
            Deriver = Text(row, 3) is { } deriver ? StoreDir.ParsePath(deriver) : null,
            NarSizeBytes = row.IsDBNull(4) ? 0 : row.GetInt64(4),
            Signatures = [.. (Text(row, 6) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            ContentAddress = Text(row, 7) is { } address ? ContentAddress.Parse(address) : null,
            References = [.. References(row.GetInt64(0))],
        };
    }

    private List<StorePath> References(long id)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = ReferenceQuery;
        command.Parameters.AddWithValue("$id", id);
        using var row = command.ExecuteReader();
        List<StorePath> references = [];
        while (row.Read())
        {
            references.Add(StoreDir.ParsePath(row.GetString(0)));
        }
        return references;
    }

    private static string? Text(SqliteDataReader row, int column) =>
        row.IsDBNull(column) || row.GetString(column).Length == 0 ? null : row.GetString(column);

    /// <summary>Nobody writes where there is no write-ahead log: then the file is read as it is, and nothing is made beside it.</summary>
    private static string ConnectionText(string file)
    {
        var isQuiet = new FileInfo($"{file}-wal") is not { Exists: true, Length: > 0 };
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = isQuiet
                ? $"file:{Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1"
                : file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        return text.ToString();
    }

    private static string DatabaseBelow(string root) => Below(root, "/nix/var/nix/db/db.sqlite");

    private static string Below(string root, string path) => root.TrimEnd('/') + path;

    private static CommandException Unreadable(string file, SqliteException error) =>
        new($"The database '{file}' of the Nix store cannot be read: {error.Message}", error);
}
