using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store read-log</c>: what a builder printed when the store's owner built a path.</summary>
internal static class ReadLogCommand
{
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
                var log =
                    new BuildLogFiles(store.Layout).TryOpen(derivation)
                    ?? throw new CommandException(
                        $"There is no log of '{store.StoreDir.Print(derivation)}' in this store."
                    );
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
}
