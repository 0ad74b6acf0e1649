using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Database;

/// <summary>The build trace in a store's database.</summary>
/// <remarks>Shape: the table <c>BuildTraceV3</c> of recent Nix: base name of the derivation, output, full path of what it has come to,
/// signatures. A row outlives the path that it names.</remarks>
internal sealed class BuildTraceRows(PathQueries paths)
{
    private const string Where = "where drvPath = $0 and outputName = $1";

    private StoreConnection Connection => paths.Connection;

    /// <summary>Null where none is recorded, or its path is not valid any more.</summary>
    public BuildTraceEntry? Query(StorePath drvPath, string output) =>
        Connection.InTransaction(isWrite: false, () => HasTable() ? Row(drvPath, output) : null);

    /// <summary>Records an entry, or adds its signatures to those recorded. Answers what is then recorded.</summary>
    /// <remarks>The table is there already.</remarks>
    /// <exception cref="StoreException.InvalidPath">Its path is not valid.</exception>
    /// <exception cref="StoreException.OtherRealisation">Another path, which is valid, is recorded for the output.</exception>
    public BuildTraceEntry Register(BuildTraceEntry entry) =>
        Connection.InTransaction(
            isWrite: true,
            () =>
            {
                if (!paths.IsValid(entry.OutPath))
                    throw new StoreException.InvalidPath(paths.StoreDir.Print(entry.OutPath));
                var known = Row(entry.DrvPath, entry.OutputName);
                if (known is not null && known.OutPath != entry.OutPath)
                {
                    throw new StoreException.OtherRealisation(
                        entry.Key,
                        paths.StoreDir.Print(known.OutPath),
                        paths.StoreDir.Print(entry.OutPath)
                    );
                }
                var all = known is null ? entry : entry with { Signatures = entry.Signatures.Union(known.Signatures) };
                var drv = entry.DrvPath.ToString();
                Connection.Run($"delete from BuildTraceV3 {Where}", drv, entry.OutputName);
                Connection.Run(
                    "insert into BuildTraceV3 (drvPath, outputName, outputPath, signatures) values ($0, $1, $2, $3)",
                    drv,
                    entry.OutputName,
                    paths.StoreDir.Print(entry.OutPath),
                    string.Join(' ', all.Signatures)
                );
                return all;
            }
        );

    private BuildTraceEntry? Row(StorePath drvPath, string output)
    {
        using var row = Connection.Rows(
            $"select outputPath, signatures from BuildTraceV3 {Where}",
            drvPath.ToString(),
            output
        );
        if (!row.Read())
            return null;
        var path = paths.Parse(row.GetBytes(0));
        return paths.IsValid(path)
            ? new BuildTraceEntry
            {
                DrvPath = drvPath,
                OutputName = output,
                OutPath = path,
                Signatures = PathRows.ReadSignatures(row.GetBytes(1)),
            }
            : null;
    }

    private bool HasTable() => Connection.Number("select 1 from sqlite_master where name = 'BuildTraceV3'") is not null;
}
