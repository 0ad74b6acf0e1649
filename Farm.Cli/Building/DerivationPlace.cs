using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>Where a derivation that was named on the command line is.</summary>
internal abstract record DerivationPlace
{
    private DerivationPlace() { }

    /// <summary>In the Nix store below a root.</summary>
    public sealed record InStore(StorePath DrvPath, string Root) : DerivationPlace;

    /// <summary>A file in no store.</summary>
    public sealed record LooseFile(string File) : DerivationPlace;

    /// <summary>A logical store path is looked for below <paramref name="from"/>; a file or link that is in a physical store tells its root by itself.</summary>
    /// <exception cref="CommandException">There is no such file.</exception>
    public static DerivationPlace Find(string named, StoreDir storeDir, string? from)
    {
        if (storeDir.TryParsePath(named, out var logical))
        {
            return new InStore(logical, from ?? "/");
        }
        var full = Path.GetFullPath(named);
        var link = new FileInfo(full);
        if (link.LinkTarget is { } text)
        {
            // nix-instantiate --add-root makes a link whose text is the logical path, whatever the store's root.
            if (storeDir.TryParsePath(text, out logical))
            {
                return new InStore(logical, from ?? "/");
            }
            full = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        }
        if (!File.Exists(full))
        {
            throw new CommandException($"'{named}' is not there: give the store path of a derivation, or a .drv file.");
        }
        return InPhysicalStore(full, storeDir) ?? (DerivationPlace)new LooseFile(full);
    }

    private static InStore? InPhysicalStore(string full, StoreDir storeDir)
    {
        var directory = Path.GetDirectoryName(full)!; // a file's full path has a directory
        if (!directory.EndsWith(storeDir.Text, StringComparison.Ordinal))
        {
            return null;
        }
        var root = directory[..^storeDir.Text.Length];
        return StorePath.TryParse(Path.GetFileName(full), out var path) && ForeignStore.Exists(root)
            ? new InStore(path, root.Length == 0 ? "/" : root)
            : null;
    }
}
