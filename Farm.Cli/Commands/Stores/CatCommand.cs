using System.CommandLine;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store cat</c>: the contents of a file in a store object.</summary>
internal static class CatCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = new Argument<string>("PATH") { Description = "A file at or inside a store path." };
        var command = new FarmCommand(
            "cat",
            "Write a file in a store path to standard output; no link is followed.",
            ["farm store cat /nix/store/…-hello/share/doc/README"]
        )
        {
            path,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var output = verbs.Services.Terminal.RawOut;
                var (target, inside) = StorePathArgument.ParseInside(store.Layout, parsed.GetRequiredValue(path));
                using var file = await store.OpenInsideAsync(target, inside, ct).ConfigureAwait(false);
                await file.CopyToAsync(output, ct).ConfigureAwait(false);
                await output.FlushAsync(ct).ConfigureAwait(false);
            }
        );
        return command;
    }
}
