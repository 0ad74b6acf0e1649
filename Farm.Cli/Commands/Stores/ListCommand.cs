using System.CommandLine;
using Farm.Cli.Commands.Stores.Listings;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store ls</c>: what is in a directory of a store object.</summary>
internal static class ListCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = new Argument<string>("PATH") { Description = "A store path, or a path inside one." };
        var recursive = new Option<bool>("--recursive", "-R") { Description = "List what is in directories, too." };
        var isLong = new Option<bool>("--long", "-l") { Description = "Show types, sizes and the targets of links." };
        var itself = new Option<bool>("--directory", "-d")
        {
            Description = "Show a directory itself, not what is in it.",
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "ls",
            "List a directory in a store path, as nix store ls does; no link is followed.",
            [
                "farm store ls -l /nix/store/…-hello/bin",
                "farm store ls -lR ./result",
                "farm store ls -R --json ./result",
            ]
        )
        {
            path,
            recursive,
            isLong,
            itself,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var (target, inside) = StorePathArgument.ParseInside(store.Layout, parsed.GetRequiredValue(path));
                var (isDeep, isItself) = (parsed.GetValue(recursive), parsed.GetValue(itself));
                var output = verbs.Services.Terminal.Out;
                if (parsed.GetValue(json))
                {
                    var listing = new ListingJson(store, target, isDeep, isItself);
                    output.WriteLine(await listing.OfAsync(inside, ct).ConfigureAwait(false));
                    return;
                }
                var lines = new ListingLines(store, target, isDeep, isItself, parsed.GetValue(isLong));
                await foreach (var line in lines.OfAsync(inside, ct).ConfigureAwait(false))
                {
                    output.WriteLine(line);
                }
            }
        );
        return command;
    }
}
