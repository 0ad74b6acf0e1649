using Farm.Store.Copying;
using Farm.Store.Exporting;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store import</c>: the paths of a stream that <c>export</c> has written.</summary>
internal static class ImportCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var file = GivenInput.Argument("A stream of 'export' or 'nix-store --export'");
        var most = ValueOptions.Size("--max-nar-size", "Longest archive taken; without it, what the disk can hold.");
        var quiet = TransferText.Quiet();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "import",
            "Add the paths of a stream, and print them. The stream is believed: it carries no signatures.",
            ["farm store import hello.export", "nix-store --export $(nix-store -qR ./result) | farm store import"]
        )
        {
            file,
            most,
            quiet,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                var input = GivenInput.Open(verbs.Services.Terminal, parsed.GetRequiredValue(file));
                await using (input.ConfigureAwait(false))
                {
                    var display = verbs.Progress(parsed, quiet, json);
                    await using (display.ConfigureAwait(false))
                    {
                        var imported = await new StoreImporter(store)
                            .ImportAsync(
                                input,
                                parsed.GetValue(most) ?? long.MaxValue,
                                display.From((CopyProgress p) => TransferText.Of("importing", p)),
                                ct
                            )
                            .ConfigureAwait(false);
                        PathLines.Write(verbs, store.StoreDir, imported, parsed.GetValue(json));
                    }
                }
            }
        );
        return command;
    }
}
