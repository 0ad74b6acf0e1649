using System.Collections.Immutable;
using System.CommandLine;
using Farm.Cli.Terminals;
using Farm.Store.Closures;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store du</c>: how much the paths are, alone and with all that they refer to.</summary>
internal static class DuCommand
{
    private static readonly string[] s_orders = ["closure", "size", "name"];

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Store paths, or links to them; every valid path if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Also all that they refer to." };
        var sort = new Option<string>("--sort")
        {
            Description = "Largest closure first, largest size first, or by name.",
            HelpName = "ORDER",
            DefaultValueFactory = _ => s_orders[0],
        };
        sort.AcceptOnlyFromAmong(s_orders);
        var bytes = new Option<bool>("--bytes", "-b") { Description = "Print sizes in bytes." };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "du",
            "Show sizes of paths and of their closures, as archives.",
            [
                "farm store du ./result",
                "farm store du -r --sort size ./result | head  # what is large in it",
                "farm store du --json | jq 'max_by(.closureSize)'",
            ]
        )
        {
            paths,
            recursive,
            sort,
            bytes,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                ImmutableSortedSet<StorePath> given =
                [
                    .. (parsed.GetValue(paths) ?? []).Select(text => StorePathArgument.ParseObject(store.Layout, text)),
                ];
                var isAll = given.IsEmpty;
                var closure = isAll
                    ? await store.AllValidAsync(ct).ConfigureAwait(false)
                    : await store.ClosureAsync(given, ct).ConfigureAwait(false);
                var shown = isAll || parsed.GetValue(recursive) ? closure : given;
                var graph = await store.GraphAsync(closure, ct).ConfigureAwait(false);
                var sizes = ClosureSizes.Of(graph);
                var rows = shown.Select(path => new Measured(graph.Info(path), sizes[graph.NumberOf(path)]));
                Measured[] sorted = parsed.GetValue(sort) switch
                {
                    "size" => [.. rows.OrderByDescending(row => row.Info.NarSizeBytes)],
                    "name" => [.. rows.OrderBy(row => row.Info.Path.Name, StringComparer.Ordinal)],
                    _ => [.. rows.OrderByDescending(row => row.ClosureBytes)],
                };
                if (parsed.GetValue(json))
                {
                    verbs.WriteJson(
                        [.. sorted.Select(row => PathInfoDocument.Of(store.StoreDir, row.Info, row.ClosureBytes))],
                        CliJsonContext.Default.PathInfoDocumentArray
                    );
                    return;
                }
                verbs.Services.Terminal.Out.Write(
                    Table(verbs, sorted, store.StoreDir, parsed.GetValue(bytes) ? row => $"{row}" : ByteText.Of)
                );
            }
        );
        return command;
    }

    private static string Table(StoreVerbs verbs, Measured[] rows, StoreDir storeDir, Func<long, string> size) =>
        TextTable.Render(
            ["SIZE", "CLOSURE", "PATH"],
            [
                .. rows.Select(row =>
                    (ImmutableArray<string>)
                        [size(row.Info.NarSizeBytes), size(row.ClosureBytes), storeDir.Print(row.Info.Path)]
                ),
            ],
            verbs.Services.Terminal.OutHasColour,
            numbers: 2
        );

    private sealed record Measured(Store.PathInfos.PathInfo Info, long ClosureBytes);
}
