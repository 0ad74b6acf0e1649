using Farm.Store.Database;
using Farm.Store.Local;

namespace Farm.Store.Realisations;

/// <summary>The realisations that a store has recorded, in the tables of Nix 2.8, which are made when the first one is.</summary>
public sealed class StoreRealisations(LocalStore store)
{
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
}
