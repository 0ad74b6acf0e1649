using Farm.Derivations;
using Farm.Derivations.Writing;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

/// <summary>Brings derivations made in C# to stores of tests.</summary>
internal static class StoreWriting
{
    /// <summary>Writes to a store of real Nix's, by Farm's own store on the same files.</summary>
    public static async Task<WriteReport> ToNixAsync(RealNix nix, IEnumerable<Derivation> derivations)
    {
        // Nix makes its database when it is first asked.
        await nix.RunAsync("nix-store", ["--init"], CancellationToken.None);
        await using var store = await TemporaryStore.OpenAtAsync(nix.Root);
        return await ObjectWriter.WriteAsync(derivations, new StoreSink(store.Store), CancellationToken.None);
    }
}
