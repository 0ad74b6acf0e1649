using System.CommandLine;
using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store delete-root</c>: a path need not be kept any more.</summary>
internal static class DeleteRootCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var links = new Argument<string[]>("ROOT")
        {
            Description = "Links, as 'farm store roots' shows them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new FarmCommand(
            "delete-root",
            "Delete links that keep paths from the collector. What they kept goes with the next collection.",
            ["farm store delete-root ./result"]
        )
        {
            links,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var roots = await StoreRoots.FindAsync(store, includeRuntime: false, ct).ConfigureAwait(false);
                GcRoot[] chosen =
                [
                    .. parsed.GetRequiredValue(links).Select(link => Find(roots, Path.GetFullPath(link))),
                ];
                foreach (var root in chosen)
                {
                    File.Delete(root.Reason);
                }
            }
        );
        return command;
    }

    /// <exception cref="CommandException">It is no root, or one that is not a link of its own.</exception>
    private static GcRoot Find(IEnumerable<GcRoot> roots, string link)
    {
        // A generation is registered as any other link, too.
        var found = roots.Where(root => root.Reason == link).ToList();
        return found.Exists(root => root.Kind == RootKind.Profile)
                ? throw new CommandException(
                    $"'{link}' is a generation of a profile; delete it with 'farm store profile delete-generations'."
                )
            : found is [var root, ..] ? root
            : throw new CommandException($"'{link}' is no root of this store; 'farm store roots' lists them.");
    }
}
