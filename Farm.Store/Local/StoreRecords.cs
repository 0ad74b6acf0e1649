using System.Collections.Immutable;
using Farm.Store.Actors;
using Farm.Store.Database;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Local;

/// <summary>What is recorded of a store's paths: questions go to the database, changes through its writer.</summary>
internal sealed class StoreRecords(StoreDatabase database, StoreActors actors, IActorRef writer, StoreLayout layout)
{
    private readonly DerivationHashes _hashes = new(layout.StoreDir, path => ReadDerivation(layout, path));
    private readonly Lock _hashing = new();

    public Task<T> AskAsync<T>(Func<PathQueries, T> query, CancellationToken ct) => database.ReadAsync(query, ct);

    /// <summary>Asks what takes some microseconds, on the caller's thread.</summary>
    public Task<T> LookUpAsync<TArgument, T>(
        TArgument argument,
        Func<PathQueries, TArgument, T> query,
        CancellationToken ct
    ) => database.LookUpAsync(argument, query, ct);

    public Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        LookUpAsync(path, static (queries, path) => queries.Query(path), ct);

    public Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        LookUpAsync(hash, static (queries, hash) => queries.QueryPathFromHashPart(hash), ct);

    public async Task<ImmutableArray<PathInfo>> RegisterAsync(IReadOnlyList<Registration> batch)
    {
        var ended = await actors.AskAsync(writer, new StoreWrite.Register(batch)).ConfigureAwait(false);
        return ended.Unwrap<ImmutableArray<PathInfo>>();
    }

    /// <summary>What is then recorded.</summary>
    public async Task<Realisation> RegisterRealisationAsync(Realisation realisation)
    {
        var ended = await actors
            .AskAsync(writer, new StoreWrite.RegisterRealisation(realisation))
            .ConfigureAwait(false);
        return ended.Unwrap<Realisation>();
    }

    /// <summary>The same, named by the path of the derivation.</summary>
    public async Task<BuildTraceEntry> RegisterBuildTraceAsync(BuildTraceEntry entry)
    {
        var ended = await actors.AskAsync(writer, new StoreWrite.RegisterBuildTrace(entry)).ConfigureAwait(false);
        return ended.Unwrap<BuildTraceEntry>();
    }

    /// <summary>What is then recorded; null where the path is not valid.</summary>
    public async Task<PathInfo?> AddSignaturesAsync(StorePath path, ImmutableSortedSet<string> signatures)
    {
        var ended = await actors.AskAsync(writer, new StoreWrite.AddSignatures(path, signatures)).ConfigureAwait(false);
        return ended.Unwrap<PathInfo?>();
    }

    /// <summary>Records what a path's files were found to be. Answers whether the path is valid.</summary>
    public async Task<bool> SetContentsAsync(StorePath path, Sha256Digest narHash, long narSizeBytes)
    {
        var set = new StoreWrite.SetContents(path, narHash, narSizeBytes);
        var ended = await actors.AskAsync(writer, set).ConfigureAwait(false);
        return ended.Unwrap<bool>();
    }

    public async Task<bool> InvalidateAsync(StorePath path)
    {
        var ended = await actors.AskAsync(writer, new StoreWrite.Invalidate(path)).ConfigureAwait(false);
        return ended.Unwrap<bool>();
    }

    public async Task<bool[]> InvalidateUnusedAsync(IReadOnlyList<long> rows)
    {
        var ended = await actors.AskAsync(writer, new StoreWrite.InvalidateUnused(rows)).ConfigureAwait(false);
        return ended.Unwrap<bool[]>();
    }

    /// <summary>What is to be recorded of a path whose files are at <paramref name="file"/>. A derivation is read and checked.</summary>
    /// <exception cref="StoreException.InvalidDerivation">It breaks a rule.</exception>
    /// <exception cref="StoreException.MissingReference">A derivation that it depends on is not in the store.</exception>
    public Registration Describe(PathInfo info, string file)
    {
        if (!info.Path.IsDerivation || !File.Exists(file))
            return Registration.Of(info);
        try
        {
            var derivation = DerivationParser.Parse(layout.StoreDir, info.Path, File.ReadAllBytes(file));
            foreach (var input in derivation.InputDerivations.Keys)
            {
                if (!File.Exists(layout.ToPhysical(input)))
                    throw new StoreException.MissingReference(info.Path.ToString(), input.ToString());
            }
            lock (_hashing)
                DerivationValidator.Check(layout.StoreDir, derivation, _hashes.Of);
            return new(info, OutputPaths.Known(derivation));
        }
        catch (NixFormatException cause)
        {
            throw new StoreException.InvalidDerivation(layout.StoreDir.Print(info.Path), cause);
        }
    }

    private static Derivation ReadDerivation(StoreLayout layout, StorePath path) =>
        DerivationParser.Parse(layout.StoreDir, path, File.ReadAllBytes(layout.ToPhysical(path)));
}
