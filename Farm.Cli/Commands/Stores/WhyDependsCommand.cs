using System.CommandLine;
using Farm.Cli.Commands.Stores.Dependencies;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store why-depends</c>: by which references one path needs another.</summary>
internal static class WhyDependsCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var from = new Argument<string>("PATH") { Description = "A store path, or a link to one." };
        var to = new Argument<string>("DEPENDENCY") { Description = "What it may need." };
        var all = new Option<bool>("--all", "-a") { Description = "Show all ways, not only a shortest one." };
        var precise = new Option<bool>("--precise") { Description = "Show which files refer to it, and where." };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "why-depends",
            "Show why a path needs another: the references that lead from it to there.",
            [
                "farm store why-depends ./result /nix/store/…-openssl",
                "farm store why-depends --all --precise ./result /nix/store/…-gcc",
            ]
        )
        {
            from,
            to,
            all,
            precise,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var package = StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(from));
                var dependency = StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(to));
                var closure = await store.ClosureAsync([package], ct).ConfigureAwait(false);
                var graph = await store.GraphAsync(closure, ct).ConfigureAwait(false);
                var tree = new DependencyTree(graph, package, dependency, parsed.GetValue(all));
                var isJson = parsed.GetValue(json);
                var terminal = verbs.Services.Terminal;
                if (!tree.Exists)
                {
                    var (user, used) = (store.StoreDir.Print(package), store.StoreDir.Print(dependency));
                    (isJson ? terminal.Out : terminal.Error).WriteLine(
                        isJson ? "null" : $"'{user}' does not depend on '{used}'"
                    );
                    return;
                }
                var finder = parsed.GetValue(precise) ? new ReferenceFinder(store) : null;
                if (isJson)
                {
                    verbs.WriteJson(
                        await DependencyDocument.OfAsync(tree, store.StoreDir, finder, ct).ConfigureAwait(false),
                        CliJsonContext.Default.DependencyDocument
                    );
                    return;
                }
                var text = new DependencyText(tree, store.StoreDir, terminal.OutHasColour);
                terminal.Out.Write(
                    finder is null ? text.Plain() : await text.PreciseAsync(finder, ct).ConfigureAwait(false)
                );
            }
        );
        return command;
    }
}
