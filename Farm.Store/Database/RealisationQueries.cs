using Farm.Store.Hashing;
using Farm.Store.Realisations;

namespace Farm.Store.Database;

/// <summary>What can be asked of the realisations in a store's database.</summary>
internal sealed class RealisationQueries(PathQueries paths)
{
    private const string Columns =
        "select r.id, v.path, r.signatures from Realisations r join ValidPaths v on r.outputPath = v.id "
        + "where r.drvPath = $0 and r.outputName = $1";

    private const string DependentById =
        "select r.drvPath, r.outputName, v.path from RealisationsRefs f join Realisations r "
        + "on f.realisationReference = r.id join ValidPaths v on r.outputPath = v.id where f.referrer = $0";

    private StoreConnection Connection => paths.Connection;

    /// <summary>Null where none is recorded.</summary>
    public Realisation? Query(DerivationOutputId id) =>
        Connection.InTransaction(isWrite: false, () => HasTables() ? Row(id)?.Realisation : null);

    /// <summary>Number and value; inside a transaction that the caller has begun.</summary>
    public (long Row, Realisation Realisation)? Row(DerivationOutputId id)
    {
        long number;
        Realisation realisation;
        using (var row = Connection.Rows(Columns, id.DerivationHash.Print(HashFormat.Base16), id.OutputName))
        {
            if (!row.Read())
                return null;
            number = row.GetInt64(0);
            realisation = new Realisation
            {
                Id = id,
                OutPath = paths.Parse(row.GetBytes(1)),
                Signatures = PathRows.ReadSignatures(row.GetBytes(2)),
            };
        }
        var dependent = realisation.Dependent.ToBuilder();
        using (var rows = Connection.Rows(DependentById, number))
        {
            while (rows.Read())
                dependent[DerivationOutputId.Parse($"{rows.GetString(0)}!{rows.GetString(1)}")] = paths.Parse(
                    rows.GetBytes(2)
                );
        }
        return (number, realisation with { Dependent = dependent.ToImmutable() });
    }

    /// <summary>Whether a realisation was ever recorded.</summary>
    public bool HasTables() =>
        Connection.Number("select 1 from sqlite_master where name = 'RealisationsRefs'") is not null;
}
