using System.CommandLine;
using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add-root</c>: a link that keeps a path.</summary>
internal static class AddRootCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = StorePathArgument.One("The path to keep.");
        var link = new Argument<string>("LINK")
        {
            Description = "The link to make anywhere; with --permanent, its name in the store's gcroots.",
        };
        var permanent = new Option<bool>("--permanent") { Description = "Make the link in the store's own gcroots." };
        var command = new FarmCommand(
            "add-root",
            "Make a link that keeps a path from the collector, and print it; one that is there is replaced at once.",
            [
                "farm store add-root /nix/store/…-hello ./result",
                "farm store add-root --permanent /nix/store/…-hello releases/hello",
            ]
        )
        {
            path,
            link,
            permanent,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var kept = StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(path));
                var name = parsed.GetRequiredValue(link);
                var roots = new GcRoots(store);
                if (!parsed.GetValue(permanent))
                {
                    var made = await roots.AddIndirectAsync(kept, Path.GetFullPath(name), ct).ConfigureAwait(false);
                    verbs.Services.Terminal.Out.WriteLine(made);
                    return;
                }
                if (name.Split('/').Any(part => part is "" or "." or ".."))
                {
                    throw new CommandException(
                        $"'{name}' is no name of a permanent root: give one such as releases/hello, without '..' and without a slash at either end."
                    );
                }
                await roots.AddPermanentAsync(kept, name, ct).ConfigureAwait(false);
                verbs.Services.Terminal.Out.WriteLine($"{store.Layout.RootsDir}/{name}");
            }
        );
        return command;
    }
}
