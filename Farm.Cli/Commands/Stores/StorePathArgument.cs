using System.CommandLine;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>Store paths as people give them: as the store names them, as the files are found below its root, or by a link such
/// as <c>./result</c> that leads to them.</summary>
internal static class StorePathArgument
{
    /// <summary>As many as the kernel follows.</summary>
    private const int MostLinks = 40;

    public static Argument<string> One(string description = "A store path, or a link to one.") =>
        new("PATH") { Description = description };

    public static Argument<string[]> Many() =>
        new("PATH") { Description = "Store paths, or links to them.", Arity = ArgumentArity.OneOrMore };

    /// <exception cref="Farm.Store.NixFormatException">The text is no path of this store.</exception>
    public static StorePath Parse(StoreLayout layout, string text) =>
        layout.StoreDir.ParseTolerantPath(Logical(layout, text));

    /// <summary>The store object that a path is, or is in.</summary>
    /// <exception cref="Farm.Store.NixFormatException">The text is no path of this store.</exception>
    public static StorePath ParseObject(StoreLayout layout, string text) =>
        Logical(layout, text) is var logical && IsInside(layout.StoreDir.Text, logical)
            ? ParseInside(layout, logical).Path
            : layout.StoreDir.ParseTolerantPath(logical);

    /// <summary>A path at or inside a store object; what is inside begins with a slash, or is empty.</summary>
    /// <exception cref="Farm.Store.NixFormatException">The text is no path of this store.</exception>
    public static (StorePath Path, string Inside) ParseInside(StoreLayout layout, string text)
    {
        var (path, inside) = layout.StoreDir.ParseInside(Logical(layout, text));
        return (path, inside.TrimEnd('/'));
    }

    /// <summary>The path as the store names it; what it is found as, when it is not in the store itself.</summary>
    private static string Logical(StoreLayout layout, string text)
    {
        var at = text;
        for (var links = 0; links < MostLinks; links++)
        {
            // With the machine's own root both are the same.
            if (layout.Root.Length > 0 && IsInside(layout.PhysicalStoreDir, at))
            {
                return at[layout.Root.Length..];
            }
            if (IsInside(layout.StoreDir.Text, at) || new FileInfo(at).LinkTarget is not { } target)
            {
                break;
            }
            at = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(at)) ?? "/", target));
        }
        return IsInside(layout.StoreDir.Text, at) ? at : text;
    }

    private static bool IsInside(string directory, string path) =>
        path.Length > directory.Length
        && path.StartsWith(directory, StringComparison.Ordinal)
        && path[directory.Length] == '/';
}
