using System.Collections.Immutable;
using Farm.Store.Database;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>What verification asks of the database.</summary>
internal static class RecordedContents
{
    /// <summary>Every valid path, without its references.</summary>
    public static ImmutableArray<PathInfo> All(PathQueries queries)
    {
        var infos = ImmutableArray.CreateBuilder<PathInfo>();
        using var row = queries.Connection.Rows($"select {PathRows.Columns} from ValidPaths");
        while (row.Read())
            infos.Add(PathRows.Read(queries.Connection.File, queries.StoreDir, row));
        return infos.ToImmutable();
    }

    /// <summary>What SQLite itself finds wrong.</summary>
    public static ImmutableArray<string> Problems(PathQueries queries)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        using (var row = queries.Connection.Rows("pragma quick_check"))
        {
            while (row.Read())
            {
                if (row.GetString(0) is not "ok" and var problem)
                    problems.Add(problem);
            }
        }
        using (var row = queries.Connection.Rows("pragma foreign_key_check"))
        {
            while (row.Read())
                problems.Add($"a row of {row.GetString(0)} refers to a row of {row.GetString(2)} that is not there");
        }
        return problems.ToImmutable();
    }
}
