using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Importing;

/// <summary>Where derivations are imported from: any store that can be read.</summary>
public interface IImportSource
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    StoreDir StoreDir { get; }

    /// <summary>What is known of a path; null where it is not valid there.</summary>
    /// <exception cref="DerivationException">The source cannot be read.</exception>
    Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct);

    /// <summary>Writes the NAR of a valid path.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct);
}
