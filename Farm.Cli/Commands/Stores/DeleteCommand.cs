using System.CommandLine;
using Farm.Cli.Commands.Stores.Collecting;
using Farm.Store.Collector;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store delete</c>: paths that nobody needs.</summary>
internal static class DeleteCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var ignore = new Option<bool>("--ignore-liveness")
        {
            Description = "Delete also what running processes use, or what keep-outputs or keep-derivations keeps.",
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "delete",
            "Delete paths, all or none. Refused while other paths refer to one, or a root keeps it.",
            [
                "farm store delete /nix/store/…-hello",
                "farm store delete $(farm store query --requisites /nix/store/…-a)",
            ]
        )
        {
            paths,
            ignore,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var request = new CollectRequest.DeletePaths(
                    [.. parsed.GetRequiredValue(paths).Select(text => StorePathArgument.Parse(store.Layout, text))],
                    parsed.GetValue(ignore)
                );
                var deleted = new List<string>();
                var display = verbs.Progress(parsed, json);
                await using (display.ConfigureAwait(false))
                {
                    var progress = display.From<CollectProgress>(said =>
                    {
                        if (said is CollectProgress.Deleted { Names: var names })
                        {
                            deleted.AddRange(names.Select(name => $"{store.StoreDir}/{name}"));
                        }
                        return CollectedText.Of(said);
                    });
                    await new GarbageCollector(store, store.Collector)
                        .CollectAsync(request, progress, ct)
                        .ConfigureAwait(false);
                }
                GcCommand.WriteList(verbs, parsed, json, [.. deleted]);
            }
        );
        return command;
    }
}
