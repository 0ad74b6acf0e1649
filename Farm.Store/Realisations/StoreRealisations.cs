using System.Collections.Immutable;
using Farm.Store.Database;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Realisations;

/// <summary>The realisations that a store has recorded, in the tables of Nix 2.8, which are made when the first one is.</summary>
/// <remarks>For use by several threads. It remembers the hashes of derivations: keep one for long.</remarks>
public sealed class StoreRealisations(LocalStore store)
{
    private readonly RealisationHashes _hashes = new(store.StoreDir, path => Read(store, path));
    private readonly Lock _hashing = new();

    /// <summary>What the output has come to; null where that is not known here.</summary>
    public Task<Realisation?> QueryAsync(DerivationOutputId id, CancellationToken ct) =>
        store.Records.AskAsync(queries => new RealisationQueries(queries).Query(id), ct);

    /// <summary>Records one. Of one that is there already the signatures are added to.</summary>
    /// <returns>What is then recorded.</returns>
    /// <exception cref="StoreException.InvalidPath">Its path is not valid.</exception>
    /// <exception cref="StoreException.OtherRealisation">Another path, or other outputs that it was built with, are recorded for it.</exception>
    public Task<Realisation> RegisterAsync(Realisation realisation, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return store.Records.RegisterRealisationAsync(realisation);
    }

    /// <summary>What the output of the derivation at a path has come to; null where that is not known here.</summary>
    /// <remarks>What is recorded by hash counts too, where the derivation is in the store.</remarks>
    /// <exception cref="StoreException.FileSystem">A derivation that it depends on is not in the store.</exception>
    /// <exception cref="NixFormatException">One in the graph is malformed.</exception>
    public async Task<BuildTraceEntry?> QueryAsync(StorePath drvPath, string output, CancellationToken ct)
    {
        var traced = await store
            .Records.AskAsync(queries => new BuildTraceRows(queries).Query(drvPath, output), ct)
            .ConfigureAwait(false);
        if (traced is not null || await IdAsync(drvPath, output, ct).ConfigureAwait(false) is not { } id)
            return traced;
        if (await QueryAsync(id, ct).ConfigureAwait(false) is not { } known)
            return null;
        var entry = new BuildTraceEntry
        {
            DrvPath = drvPath,
            OutputName = output,
            OutPath = known.OutPath,
        };
        return entry with { Signatures = [.. store.Keys.Sign(entry.Fingerprint())] };
    }

    /// <summary>Records one by the path of its derivation, and by hash where the derivation is in the store.</summary>
    /// <exception cref="StoreException.InvalidPath">Its path is not valid.</exception>
    /// <exception cref="StoreException.OtherRealisation">Another path is recorded for it.</exception>
    /// <exception cref="NixFormatException">The derivation, or one that it depends on, is malformed.</exception>
    public async Task RegisterAsync(BuildTraceEntry entry, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(entry);
        if (await IdAsync(entry.DrvPath, entry.OutputName, ct).ConfigureAwait(false) is { } id)
        {
            var named = store.Keys.Sign(new Realisation { Id = id, OutPath = entry.OutPath });
            await RegisterAsync(named, ct).ConfigureAwait(false);
        }
        await store.Records.RegisterBuildTraceAsync(entry).ConfigureAwait(false);
    }

    /// <summary>The hash that the realisations of a derivation are recorded by.</summary>
    /// <exception cref="StoreException.FileSystem">A derivation that it depends on is not in the store.</exception>
    /// <exception cref="NixFormatException">One in the graph is malformed.</exception>
    public Task<Sha256Digest> HashAsync(Derivation derivation, CancellationToken ct) =>
        Task.Run(
            () =>
            {
                lock (_hashing)
                    return _hashes.Of(derivation);
            },
            ct
        );

    /// <summary>The valid paths that some outputs of a derivation have come to, by output name.</summary>
    /// <param name="hash">See <see cref="HashAsync"/>.</param>
    public async Task<ImmutableSortedDictionary<string, StorePath>> OutputsAsync(
        Sha256Digest hash,
        IEnumerable<string> outputs,
        CancellationToken ct
    )
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, StorePath>(StringComparer.Ordinal);
        foreach (var name in outputs)
        {
            if (await QueryAsync(new(hash.ToHash(), name), ct).ConfigureAwait(false) is { } known)
                found.Add(name, known.OutPath);
        }
        return found.ToImmutable();
    }

    /// <summary>The paths of a derivation's outputs, as far as it states them or they are recorded.</summary>
    /// <exception cref="StoreException.FileSystem">A derivation that it depends on is not in the store.</exception>
    /// <exception cref="NixFormatException">One in the graph is malformed.</exception>
    public async Task<ImmutableSortedDictionary<string, StorePath>> OutputsAsync(
        Derivation derivation,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(derivation);
        return await RecordingHashAsync(derivation, ct).ConfigureAwait(false) is { } hash
            ? await OutputsAsync(derivation, hash, ct).ConfigureAwait(false)
            : OutputPaths.Known(derivation);
    }

    /// <summary>The same by a hash that is known already.</summary>
    /// <param name="hash">See <see cref="RecordingHashAsync"/>.</param>
    public async Task<ImmutableSortedDictionary<string, StorePath>> OutputsAsync(
        Derivation derivation,
        Sha256Digest hash,
        CancellationToken ct
    )
    {
        var known = OutputPaths.Known(derivation);
        var open = derivation.Outputs.Keys.Where(name => !known.ContainsKey(name));
        return known.AddRange(await OutputsAsync(hash, open, ct).ConfigureAwait(false));
    }

    /// <summary>The hash that is recorded by what the outputs come to that a derivation does not state; null where nothing is.</summary>
    /// <exception cref="StoreException.FileSystem">A derivation that it depends on is not in the store.</exception>
    /// <exception cref="NixFormatException">One in the graph is malformed.</exception>
    public async Task<Sha256Digest?> RecordingHashAsync(Derivation derivation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        return
            OutputPaths.Known(derivation).Count == derivation.Outputs.Count || derivation.Type == DerivationType.Impure
            ? null
            : await HashAsync(derivation, ct).ConfigureAwait(false);
    }

    /// <summary>Records what outputs have come to, signed by the store's keys. What was recorded first stays.</summary>
    /// <param name="hash">See <see cref="HashAsync"/>.</param>
    /// <param name="outputs">Valid paths, by output name.</param>
    /// <returns>The paths that are then recorded, by output name.</returns>
    /// <exception cref="StoreException.InvalidPath">A path is not valid.</exception>
    public async Task<ImmutableSortedDictionary<string, StorePath>> RecordAsync(
        Sha256Digest hash,
        IEnumerable<KeyValuePair<string, StorePath>> outputs,
        CancellationToken ct
    )
    {
        var recorded = ImmutableSortedDictionary.CreateBuilder<string, StorePath>(StringComparer.Ordinal);
        foreach (var (name, path) in outputs)
        {
            var id = new DerivationOutputId(hash.ToHash(), name);
            var realisation = store.Keys.Sign(new Realisation { Id = id, OutPath = path });
            try
            {
                recorded[name] = (await RegisterAsync(realisation, ct).ConfigureAwait(false)).OutPath;
            }
            catch (StoreException.OtherRealisation)
            {
                var first = await QueryAsync(id, ct).ConfigureAwait(false);
                recorded[name] = first?.OutPath ?? path; // Null where its path was deleted just now.
            }
        }
        return recorded.ToImmutable();
    }

    /// <summary>By what is built; null where the derivation is not in the store, or has no such output.</summary>
    private async Task<DerivationOutputId?> IdAsync(StorePath drvPath, string output, CancellationToken ct)
    {
        var valid = await store.ValidAsync([drvPath], ct).ConfigureAwait(false);
        if (valid.IsEmpty)
            return null;
        var derivation = Read(store, drvPath);
        if (!derivation.Outputs.ContainsKey(output))
            return null;
        var hash = await HashAsync(derivation, ct).ConfigureAwait(false);
        return new(hash.ToHash(), output);
    }

    private static Derivation Read(LocalStore store, StorePath path)
    {
        try
        {
            return DerivationParser.Parse(store.StoreDir, path, File.ReadAllBytes(store.Layout.ToPhysical(path)));
        }
        catch (IOException cause)
        {
            throw new StoreException.FileSystem(store.StoreDir.Print(path), "read the derivation", cause);
        }
    }
}
