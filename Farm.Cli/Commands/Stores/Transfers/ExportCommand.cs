using Farm.Store.Copying;
using Farm.Store.Exporting;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store export</c>: paths as the stream of <c>nix-store --export</c>.</summary>
internal static class ExportCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var selection = new PathSelection("Export");
        var quiet = TransferText.Quiet();
        var command = new FarmCommand(
            "export",
            "Write paths, each after those it refers to, to standard output, for 'import' or 'nix-store --import'.",
            [
                "farm store export -r /nix/store/…-hello > hello.export",
                "farm store export --all | ssh host nix-store --import",
            ]
        )
        {
            quiet,
        };
        selection.AddTo(command);
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var paths = await selection.ReadAsync(parsed, store, ct).ConfigureAwait(false);
                var output = verbs.Services.Terminal.RawOut;
                var display = verbs.Progress(parsed, quiet);
                await using (display.ConfigureAwait(false))
                {
                    await new StoreExporter(store)
                        .ExportAsync(
                            paths,
                            output,
                            display.From((CopyProgress p) => TransferText.Of("exporting", p)),
                            ct
                        )
                        .ConfigureAwait(false);
                }
                await output.FlushAsync(ct).ConfigureAwait(false);
            }
        );
        return command;
    }
}
