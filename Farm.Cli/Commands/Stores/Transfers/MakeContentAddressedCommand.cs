using Farm.Store.Copying;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store make-content-addressed</c>: closures under names that follow from their content.</summary>
internal static class MakeContentAddressedCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var quiet = TransferText.Quiet();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "make-content-addressed",
            "Add paths and what they refer to again, under names that follow from their content: they need no signatures.",
            ["farm store make-content-addressed /nix/store/…-hello"]
        )
        {
            paths,
            quiet,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var wanted = parsed
                    .GetRequiredValue(paths)
                    .Select(text => StorePathArgument.Parse(store.Layout, text))
                    .ToList();
                var display = verbs.Progress(parsed, quiet, json);
                await using (display.ConfigureAwait(false))
                {
                    var made = await new ContentAddresser(store)
                        .RewriteAsync(wanted, display.From((CopyProgress p) => TransferText.Of("rewriting", p)), ct)
                        .ConfigureAwait(false);
                    PathLines.Write(
                        verbs,
                        store.StoreDir,
                        [.. wanted.Select(path => made[path])],
                        parsed.GetValue(json)
                    );
                }
            }
        );
        return command;
    }
}
