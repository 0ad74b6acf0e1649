using System.Text.Json;
using Farm.Store.Collecting;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>Questions about the whole store, in a few statements each: a store may have a million paths.</summary>
internal static class GraphQueries
{
    private const string NodeColumns = "id, path, registrationTime, ifnull(narSize, 0)";
    private const string Named = "path in (select value from json_each($0))";

    /// <summary>All valid paths and what keeps them, from one snapshot.</summary>
    public static StoreGraph Graph(PathQueries queries, KeepRules keep) =>
        queries.Connection.InTransaction(
            isWrite: false,
            () =>
            {
                var builder = new StoreGraphBuilder();
                ReadNodes(queries, builder, $"select {NodeColumns} from ValidPaths");
                Edges(queries, "select referrer, reference from Refs", builder.AddReference);
                if (keep.Derivations)
                    Edges(
                        queries,
                        "select v.id, d.id from ValidPaths v join ValidPaths d on d.path = v.deriver",
                        builder.AddKept
                    );
                if (keep.Outputs)
                    Edges(
                        queries,
                        "select o.drv, v.id from DerivationOutputs o join ValidPaths v on v.path = o.path",
                        builder.AddKept
                    );
                return builder.Build();
            }
        );

    /// <summary>As <see cref="Graph"/>, of these paths and the references among them alone. Those that are not valid are left out.</summary>
    public static StoreGraph GraphOf(PathQueries queries, IReadOnlyCollection<StorePath> paths) =>
        queries.Connection.InTransaction(
            isWrite: false,
            () =>
            {
                var names = Json(queries, paths);
                var builder = new StoreGraphBuilder();
                ReadNodes(queries, builder, $"select {NodeColumns} from ValidPaths where {Named} order by id", names);
                Edges(
                    queries,
                    $"select referrer, reference from Refs where referrer in (select id from ValidPaths where {Named}) "
                        + $"and reference in (select id from ValidPaths where {Named})",
                    builder.AddReference,
                    names
                );
                return builder.Build();
            }
        );

    /// <summary>A path outside these that keeps one of them, with that one; null where there is none.</summary>
    /// <remarks>Source: the referrers that Nix's <c>libstore/gc.cc</c> explores.</remarks>
    public static (StorePath Kept, StorePath By)? Keeper(
        PathQueries queries,
        IReadOnlyCollection<StorePath> paths,
        KeepRules keep
    )
    {
        const string From =
            "from ValidPaths v join Refs r on r.reference = v.id join ValidPaths b on b.id = r.referrer";
        const string FromOutputs =
            "from ValidPaths v join DerivationOutputs o on o.drv = v.id join ValidPaths b on b.path = o.path";
        const string FromDerivers =
            "from ValidPaths v join DerivationOutputs o on o.path = v.path join ValidPaths b on b.id = o.drv";
        const string Where =
            "where v.path in (select value from json_each($0)) and b.path not in (select value from json_each($0))";
        var names = Json(queries, paths);
        return First($"select v.path, b.path {From} {Where} limit 1")
            ?? (
                keep.Derivations
                    ? First($"select v.path, b.path {FromOutputs} {Where} and b.deriver = v.path limit 1")
                    : null
            )
            ?? (keep.Outputs ? First($"select v.path, b.path {FromDerivers} {Where} limit 1") : null);

        (StorePath, StorePath)? First(string text)
        {
            using var row = queries.Connection.Rows(text, names);
            return row.Read() ? (queries.Parse(row.GetBytes(0)), queries.Parse(row.GetBytes(1))) : null;
        }
    }

    /// <summary>The paths of some nodes, in the nodes' order; null where one is not valid any more.</summary>
    public static StorePath?[] Paths(PathQueries queries, StoreGraph graph, ReadOnlyMemory<int> nodes)
    {
        var paths = new StorePath?[nodes.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            using var row = queries.Connection.Rows(
                "select path from ValidPaths where id = $0",
                graph[nodes.Span[i]].Row
            );
            if (row.Read())
                paths[i] = queries.Parse(row.GetBytes(0));
        }
        return paths;
    }

    /// <summary>The paths of a set of nodes, in one pass over the table.</summary>
    public static List<StorePath> Paths(PathQueries queries, StoreGraph graph, NodeSet nodes)
    {
        var paths = new List<StorePath>(nodes.Count);
        using var rows = queries.Connection.Rows("select path from ValidPaths");
        while (rows.Read())
        {
            var path = queries.Parse(rows.GetBytes(0));
            if (graph.Find(path) is { } node && nodes.Contains(node))
                paths.Add(path);
        }
        return paths;
    }

    private static void ReadNodes(
        PathQueries queries,
        StoreGraphBuilder builder,
        string text,
        params ReadOnlySpan<object?> values
    )
    {
        var nameAt = queries.StoreDir.Text.Length + StorePathHash.TextLength + 2;
        using var rows = queries.Connection.Rows(text, values);
        while (rows.Read())
        {
            var path = rows.GetString(1);
            if (
                path.Length <= nameAt
                || !StorePathHash.TryParse(
                    path.AsSpan(nameAt - 1 - StorePathHash.TextLength, StorePathHash.TextLength),
                    out var hash
                )
            )
                throw new StoreException.CorruptDatabase(
                    queries.Connection.File,
                    $"it holds the malformed path '{path}'"
                );
            var key = NameKey.Of(path.AsSpan(nameAt));
            builder.Add(new(rows.GetInt64(0), hash, key, rows.GetInt64(2), rows.GetInt64(3)));
        }
    }

    private static void Edges(
        PathQueries queries,
        string text,
        Action<long, long> add,
        params ReadOnlySpan<object?> values
    )
    {
        using var rows = queries.Connection.Rows(text, values);
        while (rows.Read())
            add(rows.GetInt64(0), rows.GetInt64(1));
    }

    private static string Json(PathQueries queries, IReadOnlyCollection<StorePath> paths) =>
        JsonSerializer.Serialize([.. paths.Select(queries.StoreDir.Print)], PathsJson.Default.StringArray);
}
