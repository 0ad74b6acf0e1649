using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Finds what the roots of a store keep.</summary>
/// <remarks>Shape: any symbolic link below <c>gcroots</c> that points to a store object, or to a link outside that does; logical and
/// physical paths count alike. Source: Nix manual, "Garbage collector roots".</remarks>
public static class RootSearch
{
    /// <summary>Store objects that roots point to, each with the link that does. Roots that lead nowhere are left out.</summary>
    /// <exception cref="StoreException.FileSystem">The folder of the roots cannot be read.</exception>
    public static ImmutableSortedDictionary<StorePath, string> Find(StoreLayout layout)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<StorePath, string>();
        if (!Directory.Exists(layout.RootsDir))
            return found.ToImmutable();
        try
        {
            Search(layout, new DirectoryInfo(layout.RootsDir), found);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(layout.RootsDir, "read the roots in", error);
        }
        return found.ToImmutable();
    }

    /// <summary>Links are read and never followed: what a root leads to may be a directory too.</summary>
    private static void Search(
        StoreLayout layout,
        DirectoryInfo directory,
        ImmutableSortedDictionary<StorePath, string>.Builder found
    )
    {
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not { } target)
            {
                if (entry is DirectoryInfo below)
                    Search(layout, below, found);
                continue;
            }
            var link = Absolute(target, entry.FullName);
            if (Object(layout, link) is { } direct)
                found[direct] = entry.FullName;
            else if (new FileInfo(link).LinkTarget is { } end && Object(layout, Absolute(end, link)) is { } indirect)
                found[indirect] = link;
        }
    }

    private static string Absolute(string target, string link) =>
        Path.GetFullPath(target, Path.GetDirectoryName(link) ?? "/");

    private static StorePath? Object(StoreLayout layout, string file)
    {
        foreach (var directory in (ReadOnlySpan<string>)[layout.PhysicalStoreDir, layout.StoreDir.Text])
        {
            if (!file.StartsWith(directory + "/", StringComparison.Ordinal))
                continue;
            var name = file[(directory.Length + 1)..].Split('/')[0];
            if (StorePath.TryParse(name, out var path))
                return path;
        }
        return null;
    }
}
