using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Daemon.Operations;

/// <summary>Reads derivations that are valid in a store.</summary>
internal static class DerivationFiles
{
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="NixFormatException">It is no derivation.</exception>
    public static async Task<Derivation> ReadAsync(LocalStore store, StorePath drvPath, CancellationToken ct)
    {
        Derivation.NameFrom(drvPath);
        if (await store.QueryAsync(drvPath, ct).ConfigureAwait(false) is null)
            throw new StoreException.InvalidPath(store.StoreDir.Print(drvPath));
        var text = await File.ReadAllBytesAsync(store.Layout.ToPhysical(drvPath), ct).ConfigureAwait(false);
        return DerivationParser.Parse(store.StoreDir, drvPath, text);
    }
}
