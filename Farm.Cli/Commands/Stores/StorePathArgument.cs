using System.CommandLine;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>Store paths as people give them: as the store names them, or as the files are found below its root.</summary>
internal static class StorePathArgument
{
    public static Argument<string[]> Many() =>
        new("PATH") { Description = "Store paths.", Arity = ArgumentArity.OneOrMore };

    /// <exception cref="Farm.Store.NixFormatException">The text is no path of this store.</exception>
    public static StorePath Parse(StoreLayout layout, string text) =>
        layout.StoreDir.ParseTolerantPath(Logical(layout, text));

    /// <summary>A path at or inside a store object; what is inside begins with a slash, or is empty.</summary>
    /// <exception cref="Farm.Store.NixFormatException">The text is no path of this store.</exception>
    public static (StorePath Path, string Inside) ParseInside(StoreLayout layout, string text) =>
        layout.StoreDir.ParseInside(Logical(layout, text));

    private static string Logical(StoreLayout layout, string text) =>
        text.StartsWith(layout.PhysicalStoreDir + "/", StringComparison.Ordinal)
            ? layout.StoreDir.Text + text[layout.PhysicalStoreDir.Length..]
            : text;
}
