using System.Collections.Immutable;
using System.Text.Json;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Store.Database;

/// <summary>What can be asked of a store's database, on one connection. Each answer is from one snapshot.</summary>
internal sealed class PathQueries(StoreConnection connection, StoreDir storeDir)
{
    private const string ReferencesById = "select path from Refs join ValidPaths on reference = id where referrer = $0";

    /// <summary>The connection, for questions that stand elsewhere.</summary>
    public StoreConnection Connection => connection;

    public StoreDir StoreDir => storeDir;

    /// <summary>Null where the path is not valid.</summary>
    public PathInfo? Query(StorePath path) => connection.InTransaction(isWrite: false, () => Row(path));

    /// <summary>As <see cref="Query"/>, inside a transaction that the caller has begun.</summary>
    public PathInfo? Row(StorePath path)
    {
        long id;
        PathInfo info;
        using (
            var row = connection
                .Prepare($"select {PathRows.Columns} from ValidPaths where path = $0", storeDir.Print(path))
                .ExecuteReader()
        )
        {
            if (!row.Read())
                return null;
            (id, info) = (row.GetInt64(0), PathRows.Read(connection.File, storeDir, row));
        }
        return info with { References = Paths(connection.Prepare(ReferencesById, id)) };
    }

    /// <summary>What is recorded of those of the paths that are valid, in the order in which they are given.</summary>
    public ImmutableArray<PathInfo> Infos(IEnumerable<StorePath> paths) =>
        connection.InTransaction(isWrite: false, () => paths.Select(Row).OfType<PathInfo>().ToImmutableArray());

    /// <summary>The valid path with this hash part; null where there is none.</summary>
    public StorePath? QueryPathFromHashPart(StorePathHash hash)
    {
        var prefix = $"{storeDir.Text}/{hash}";
        using var row = connection
            .Prepare("select path from ValidPaths where path >= $0 order by path limit 1", prefix)
            .ExecuteReader();
        return row.Read() && row.GetString(0) is var found && found.StartsWith(prefix, StringComparison.Ordinal)
            ? Parse(found)
            : null;
    }

    /// <summary>Those of the paths that are valid.</summary>
    public ImmutableSortedSet<StorePath> Valid(IEnumerable<StorePath> paths) =>
        connection.InTransaction(isWrite: false, () => paths.Where(IsValid).ToImmutableSortedSet());

    /// <summary>How many paths are valid, and how long they are as archives.</summary>
    public StoreTotals Totals()
    {
        using var row = connection.Prepare("select count(*), ifnull(sum(narSize), 0) from ValidPaths").ExecuteReader();
        row.Read();
        return new(row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Every valid path.</summary>
    public ImmutableSortedSet<StorePath> AllValid() => Paths(connection.Prepare("select path from ValidPaths"));

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
            connection.Prepare(
                "select path from Refs join ValidPaths on referrer = id "
                    + "where reference = (select id from ValidPaths where path = $0)",
                storeDir.Print(path)
            )
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
                    connection.Prepare(
                        "with recursive Closure(id) as ("
                            + "select id from ValidPaths where path in (select value from json_each($0)) "
                            + "union select reference from Refs join Closure on referrer = Closure.id) "
                            + "select path from ValidPaths join Closure using (id)",
                        JsonSerializer.Serialize(paths.Select(storeDir.Print).ToArray(), PathsJson.Default.StringArray)
                    )
                );
            }
        );

    /// <summary>Valid derivations that have this path as an output, by name of the output.</summary>
    public ImmutableSortedSet<StorePath> ValidDerivers(StorePath output) =>
        Paths(
            connection.Prepare(
                "select v.path from DerivationOutputs d join ValidPaths v on d.drv = v.id where d.path = $0",
                storeDir.Print(output)
            )
        );

    /// <summary>Whether the path is valid.</summary>
    public bool IsValid(StorePath path) => Id(path) is not null;

    /// <summary>The row's number; null where the path is not valid.</summary>
    public long? Id(StorePath path) =>
        (long?)connection.Prepare("select id from ValidPaths where path = $0", storeDir.Print(path)).ExecuteScalar();

    private ImmutableSortedSet<StorePath> Paths(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        var paths = ImmutableSortedSet.CreateBuilder<StorePath>();
        while (rows.Read())
            paths.Add(Parse(rows.GetString(0)));
        return paths.ToImmutable();
    }

    /// <summary>Reads a path as the database has it.</summary>
    /// <exception cref="StoreException.CorruptDatabase">It is malformed.</exception>
    public StorePath Parse(string full)
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
