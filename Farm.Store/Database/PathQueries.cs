using System.Collections.Immutable;
using System.Text.Json;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>What can be asked of a store's database, on one connection. Each answer is from one snapshot.</summary>
/// <param name="connection">The connection.</param>
/// <param name="storeDir">What paths begin with.</param>
/// <param name="known">Rows that were read before; null on a connection that writes, as what it reads may yet be rolled back.</param>
internal sealed class PathQueries(StoreConnection connection, StoreDir storeDir, KnownRows? known = null)
{
    private const int LongestKey = StoreDir.MaxLength + 1 + StorePath.MaxLength;

    private const string InfoByPath = $"select {PathRows.Columns} from ValidPaths where path = $0";
    private const string FirstInfoFrom =
        $"select {PathRows.Columns} from ValidPaths where path >= $0 order by path limit 1";
    private const string FirstPathFrom = "select path from ValidPaths where path >= $0 order by path limit 1";
    private const string ReferencesById = "select reference from Refs where referrer = $0";
    private const string PathById = "select path from ValidPaths where id = $0";

    private StoreStatement? _infoByPath;
    private StoreStatement? _firstInfoFrom;
    private StoreStatement? _referencesById;
    private StoreStatement? _pathById;
    private StoreStatement? _firstPathFrom;
    private StoreStatement? _idByPath;

    /// <summary>What a query has found so far; kept, as each query needs one.</summary>
    private readonly List<StorePath> _references = [];

    /// <summary>The connection, for questions that stand elsewhere.</summary>
    public StoreConnection Connection => connection;

    public StoreDir StoreDir => storeDir;

    /// <summary>Null where the path is not valid.</summary>
    /// <remarks>The snapshot lasts for as long as the first statement has rows to give, so no transaction is needed around them.</remarks>
    public PathInfo? Query(StorePath path)
    {
        using var row = Rows(_infoByPath ??= connection.Statement(InfoByPath), path);
        return row.Read() ? InfoOf(row) : null;
    }

    /// <summary>The same of the path with this hash part.</summary>
    public PathInfo? Query(StorePathHash hash)
    {
        var key = Key(hash, stackalloc byte[LongestKey]);
        _firstInfoFrom ??= connection.Statement(FirstInfoFrom);
        _firstInfoFrom.Bind(0, key);
        using var row = _firstInfoFrom.Run();
        return row.Read() && row.GetBytes(1).StartsWith(key) ? InfoOf(row) : null;
    }

    /// <summary>What is recorded of those of the paths that are valid, in the order in which they are given.</summary>
    public ImmutableArray<PathInfo> Infos(IEnumerable<StorePath> paths) =>
        connection.InTransaction(isWrite: false, () => paths.Select(Query).OfType<PathInfo>().ToImmutableArray());

    /// <summary>The valid path with this hash part; null where there is none.</summary>
    public StorePath? QueryPathFromHashPart(StorePathHash hash)
    {
        var key = Key(hash, stackalloc byte[LongestKey]);
        _firstPathFrom ??= connection.Statement(FirstPathFrom);
        _firstPathFrom.Bind(0, key);
        using var row = _firstPathFrom.Run();
        return row.Read() && row.GetBytes(0) is var found && found.StartsWith(key) ? Parse(found) : null;
    }

    /// <summary>Those of the paths that are valid.</summary>
    public ImmutableSortedSet<StorePath> Valid(IEnumerable<StorePath> paths) =>
        connection.InTransaction(isWrite: false, () => paths.Where(IsValid).ToImmutableSortedSet());

    /// <summary>How many paths are valid, and how long they are as archives.</summary>
    public StoreTotals Totals()
    {
        using var row = connection.Rows("select count(*), ifnull(sum(narSize), 0) from ValidPaths");
        row.Read();
        return new(row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Every valid path.</summary>
    public ImmutableSortedSet<StorePath> AllValid() => Paths("select path from ValidPaths");

    /// <summary>Paths that became valid after the row of this number, in that order, with their numbers, which only grow.</summary>
    public ImmutableArray<(long Row, StorePath Path)> ValidSince(long last)
    {
        var found = ImmutableArray.CreateBuilder<(long, StorePath)>();
        using var row = connection.Rows("select id, path from ValidPaths where id > $0 order by id", last);
        while (row.Read())
            found.Add((row.GetInt64(0), Parse(row.GetBytes(1))));
        return found.ToImmutable();
    }

    /// <summary>Valid paths that refer to this one, itself included where it does.</summary>
    public ImmutableSortedSet<StorePath> Referrers(StorePath path) =>
        Paths(
            "select path from Refs join ValidPaths on referrer = id "
                + "where reference = (select id from ValidPaths where path = $0)",
            storeDir.Print(path)
        );

    /// <summary>The paths and all that they refer to, directly or not.</summary>
    /// <exception cref="StoreException.InvalidPath">One of them is not valid.</exception>
    public ImmutableSortedSet<StorePath> Closure(IReadOnlyCollection<StorePath> paths) =>
        connection.InTransaction(
            isWrite: false,
            () =>
            {
                foreach (var path in paths)
                {
                    if (!IsValid(path))
                        throw new StoreException.InvalidPath(storeDir.Print(path));
                }
                return Paths(
                    "with recursive Closure(id) as ("
                        + "select id from ValidPaths where path in (select value from json_each($0)) "
                        + "union select reference from Refs join Closure on referrer = Closure.id) "
                        + "select path from ValidPaths join Closure using (id)",
                    JsonSerializer.Serialize(paths.Select(storeDir.Print).ToArray(), PathsJson.Default.StringArray)
                );
            }
        );

    /// <summary>Valid derivations that have this path as an output, by name of the output.</summary>
    public ImmutableSortedSet<StorePath> ValidDerivers(StorePath output) =>
        Paths(
            "select v.path from DerivationOutputs d join ValidPaths v on d.drv = v.id where d.path = $0",
            storeDir.Print(output)
        );

    /// <summary>Whether the path is valid.</summary>
    public bool IsValid(StorePath path) => Id(path) is not null;

    /// <summary>The row's number; null where the path is not valid.</summary>
    public long? Id(StorePath path)
    {
        _idByPath ??= connection.Statement("select id from ValidPaths where path = $0");
        using var row = Rows(_idByPath, path);
        return row.Read() ? row.GetInt64(0) : null;
    }

    /// <summary>What the row at hand says, with references.</summary>
    private PathInfo InfoOf(StoreRows row)
    {
        var info = PathRows.Read(connection.File, storeDir, row);
        var references = References(row.GetInt64(0));
        return references.IsEmpty ? info : info with { References = references };
    }

    private ImmutableSortedSet<StorePath> References(long id)
    {
        _referencesById ??= connection.Statement(ReferencesById);
        _referencesById.Bind(0, id);
        using var rows = _referencesById.Run();
        _references.Clear();
        while (rows.Read())
            _references.Add(PathOf(rows.GetInt64(0)));
        return _references.Count == 0 ? [] : [.. _references];
    }

    /// <summary>The path of a row that is there, as one that is referred to is.</summary>
    private StorePath PathOf(long id)
    {
        if (known?.Find(id) is { } path)
            return path;
        _pathById ??= connection.Statement(PathById);
        _pathById.Bind(0, id);
        using var row = _pathById.Run();
        if (!row.Read())
            throw new StoreException.CorruptDatabase(
                connection.File,
                $"a path refers to the row {id}, which is not there"
            );
        path = Parse(row.GetBytes(0));
        known?.Add(id, path);
        return path;
    }

    private ImmutableSortedSet<StorePath> Paths(string text, params ReadOnlySpan<object?> values)
    {
        using var rows = connection.Rows(text, values);
        var paths = new List<StorePath>();
        while (rows.Read())
            paths.Add(Parse(rows.GetBytes(0)));
        return [.. paths];
    }

    /// <summary>What the paths with this hash part begin with.</summary>
    private ReadOnlySpan<byte> Key(StorePathHash hash, Span<byte> buffer)
    {
        storeDir.Prefix.CopyTo(buffer);
        hash.Print(buffer[storeDir.Prefix.Length..]);
        return buffer[..(storeDir.Prefix.Length + StorePathHash.TextLength)];
    }

    private StoreRows Rows(StoreStatement statement, StorePath path)
    {
        Span<byte> key = stackalloc byte[LongestKey];
        storeDir.Prefix.CopyTo(key);
        var length = path.Print(key[storeDir.Prefix.Length..]);
        statement.Bind(0, key[..(storeDir.Prefix.Length + length)]);
        return statement.Run();
    }

    /// <summary>Reads a path as the database has it.</summary>
    /// <exception cref="StoreException.CorruptDatabase">It is malformed.</exception>
    public StorePath Parse(ReadOnlySpan<byte> full)
    {
        try
        {
            return storeDir.ParsePath(full);
        }
        catch (NixFormatException cause)
        {
            throw new StoreException.CorruptDatabase(
                connection.File,
                $"it holds a malformed path: {cause.Message}",
                cause
            );
        }
    }
}
