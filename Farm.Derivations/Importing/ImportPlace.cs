using Farm.Store;
using Farm.Store.Paths;

namespace Farm.Derivations.Importing;

/// <summary>Finds the store that a path is of.</summary>
internal static class ImportPlace
{
    /// <summary>Store directories by which a physical path is recognised.</summary>
    private static readonly StoreDir[] Known = [StoreDir.Default, StoreDir.Parse("/gnu/store")];

    /// <exception cref="DerivationException">The path is in no store.</exception>
    public static (IImportSource Source, StorePath Path) Find(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is not { Length: > 1 } directory)
            throw new DerivationException($"'{path}' is no store path; give the path of a .drv file in a store.");
        try
        {
            var baseName = StorePath.Parse(System.IO.Path.GetFileName(full));
            var storeDir = Known
                .Where(known => directory.EndsWith(known.Text, StringComparison.Ordinal))
                .Append(StoreDir.Parse(directory))
                .First();
            var root = directory[..^storeDir.Text.Length];
            return (
                (IImportSource?)NixStoreSource.TryOpen(root, storeDir)
                    ?? new DirectoryImportSource(directory, storeDir),
                baseName
            );
        }
        catch (NixFormatException error)
        {
            throw new DerivationException($"'{path}' names no derivation in a store: {error.Message}", error);
        }
    }
}
