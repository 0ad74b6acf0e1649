using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store read-log</c>: what a builder printed when the store's owner built a path.</summary>
internal static class ReadLogCommand
{
    /// <summary>Nix's directory of logs: below it two letters of the derivation's name, then the rest.</summary>
    private const string Derivations = "drvs";
    private const int Letters = 2;

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = StorePathArgument.One("A derivation, or a path that was built from one, or a link.");
        var command = new FarmCommand(
            "read-log",
            "Write the log of a build in this store to standard output; nix-store --read-log.",
            ["farm store read-log ./result | less"]
        )
        {
            path,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var given = StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(path));
                var derivation = given.IsDerivation
                    ? given
                    : (await store.QueryAsync(given, ct).ConfigureAwait(false))?.Deriver
                        ?? throw new CommandException($"The deriver of '{store.StoreDir.Print(given)}' is not known.");
                var log = Open(store, derivation);
                await using (log.ConfigureAwait(false))
                {
                    var output = verbs.Services.Terminal.RawOut;
                    await log.CopyToAsync(output, ct).ConfigureAwait(false);
                    await output.FlushAsync(ct).ConfigureAwait(false);
                }
            }
        );
        return command;
    }

    private static Stream Open(LocalStore store, StorePath derivation)
    {
        var name = derivation.ToString();
        var file = $"{store.Layout.LogDir}/{Derivations}/{name[..Letters]}/{name[Letters..]}";
        var compressed = file + NarCompression.Bzip2.Extension;
        return File.Exists(file) ? File.OpenRead(file)
            : File.Exists(compressed) ? NarCompression.Bzip2.Decompress(File.OpenRead(compressed))
            : throw new CommandException($"There is no log of '{store.StoreDir.Print(derivation)}' in this store.");
    }
}
