using System.CommandLine;
using Farm.Cli.Building;
using Farm.Derivations;
using Farm.Derivations.Importing;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Drv;

/// <summary>The derivation that an argument names, with all that it needs.</summary>
internal static class DrvReading
{
    private const string GuixStore = "/gnu/store";

    public static Option<string?> From() =>
        new("--from") { Description = "Root below which the store with the derivation is.", HelpName = "ROOT" };

    public static Argument<string> Argument(string name) =>
        new(name) { Description = "A derivation: store path or .drv file; ^output for another output than the first." };

    /// <exception cref="CommandException">There is no such derivation.</exception>
    /// <exception cref="DerivationException">It cannot be read; the message tells why.</exception>
    public static async Task<Derivation> ReadAsync(string text, string? from, CancellationToken ct)
    {
        var argument = DerivationArgument.Parse(text);
        var storeDir = argument.Path.StartsWith(GuixStore + "/", StringComparison.Ordinal)
            ? StoreDir.Parse(GuixStore)
            : StoreDir.Default;
        var (source, path) = Open(DerivationPlace.Find(argument.Path, storeDir, from), argument.Path, storeDir);
        using var closed = source as IDisposable;
        var derivation = await new DerivationImporter(source).ImportAsync(path, ct).ConfigureAwait(false);
        return argument.Outputs.IsEmpty ? derivation : derivation[argument.Outputs[0]];
    }

    private static (IImportSource, StorePath) Open(DerivationPlace place, string named, StoreDir storeDir) =>
        place switch
        {
            DerivationPlace.InStore(var path, var root) => (
                NixStoreSource.TryOpen(root, storeDir)
                    ?? throw new CommandException(
                        $"There is no store on this machine with '{named}'; name it with --from ROOT."
                    ),
                path
            ),
            DerivationPlace.LooseFile(var file) => (
                new DirectoryImportSource(Path.GetDirectoryName(file)!, storeDir), // a file's full path has a directory
                StorePath.TryParse(Path.GetFileName(file), out var path)
                    ? path
                    : throw new CommandException(
                        $"'{named}' has no name of a store path, so that it cannot be told from others; give it the one that its maker gave it."
                    )
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
