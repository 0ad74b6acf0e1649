using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Database;

/// <summary>What changes the realisations in a store's database.</summary>
/// <remarks>Shape: Nix 2.8's tables, and beside the database <c>ca-schema</c> with the text <c>3</c>. Source: Nix 2.8's
/// <c>ca-specific-schema.sql</c> and <c>libstore/local-store.cc</c>.</remarks>
internal sealed class RealisationWrites(StoreConnection connection, StoreDir storeDir)
{
    private const string Schema = "3";
    private readonly PathQueries _paths = new(connection, storeDir);
    private bool _hasTables;

    /// <summary>Records a realisation, or adds its signatures to those recorded. Answers what is then recorded.</summary>
    /// <exception cref="StoreException.InvalidPath">Its path, or one that it was built with, is not valid.</exception>
    /// <exception cref="StoreException.OtherRealisation">Another is recorded for the output.</exception>
    public Realisation Register(Realisation realisation)
    {
        MakeTables();
        var queries = new RealisationQueries(_paths);
        return connection.InTransaction(
            isWrite: true,
            () =>
            {
                if (queries.Row(realisation.Id) is { } known)
                    AddSignatures(known.Row, known.Realisation, realisation);
                else
                    Insert(realisation, queries);
                return queries.Row(realisation.Id)!.Value.Realisation; // It was just written.
            }
        );
    }

    /// <summary>Records an entry of the build trace; see <see cref="BuildTraceRows.Register"/>.</summary>
    public BuildTraceEntry Register(BuildTraceEntry entry)
    {
        MakeTables();
        return new BuildTraceRows(_paths).Register(entry);
    }

    /// <summary>Gives tables that Nix 2.8 made the trigger without which paths could not be deleted.</summary>
    public void MendTables()
    {
        if (new RealisationQueries(_paths).HasTables())
            MakeTables();
    }

    private void AddSignatures(long row, Realisation known, Realisation more)
    {
        // One that says nothing of what it was built with goes with each that does, as in Nix.
        var agree = known.Dependent.IsEmpty || more.Dependent.IsEmpty || known.Dependent.SequenceEqual(more.Dependent);
        if (known.OutPath != more.OutPath || !agree)
            throw new StoreException.OtherRealisation(
                more.Id.ToString(),
                storeDir.Print(known.OutPath),
                storeDir.Print(more.OutPath)
            );
        connection.Run(
            "update Realisations set signatures = $0 where id = $1",
            string.Join(' ', known.Signatures.Union(more.Signatures)),
            row
        );
    }

    private void Insert(Realisation realisation, RealisationQueries queries)
    {
        var path =
            _paths.Id(realisation.OutPath) ?? throw new StoreException.InvalidPath(storeDir.Print(realisation.OutPath));
        var id = connection
            .Number(
                "insert into Realisations (drvPath, outputName, outputPath, signatures) values ($0, $1, $2, $3) returning id",
                realisation.Id.DerivationHash.Print(HashFormat.Base16),
                realisation.Id.OutputName,
                path,
                string.Join(' ', realisation.Signatures)
            )!
            .Value; // An insert that returns gives a row, or throws.
        foreach (var (dependent, dependentPath) in realisation.Dependent)
        {
            if (queries.Row(dependent) is not { } found || found.Realisation.OutPath != dependentPath)
                throw new StoreException.InvalidPath(storeDir.Print(dependentPath));
            connection.Run(
                "insert into RealisationsRefs (referrer, realisationReference) values ($0, $1)",
                id,
                found.Row
            );
        }
    }

    /// <summary>Makes the tables where they are missing. Not inside a transaction: what is rolled back would be thought to be there.</summary>
    public void MakeTables()
    {
        if (_hasTables)
            return;
        using var resource = typeof(RealisationWrites).Assembly.GetManifestResourceStream(
            "Farm.Store.Database.ca-schema.sql"
        )!; // Embedded by the project file.
        using var reader = new StreamReader(resource);
        connection.RunScript(reader.ReadToEnd());
        var file = Path.Combine(Path.GetDirectoryName(connection.File)!, "ca-schema");
        if (!File.Exists(file))
            File.WriteAllText(file, Schema, new UTF8Encoding(false));
        _hasTables = true;
    }
}
