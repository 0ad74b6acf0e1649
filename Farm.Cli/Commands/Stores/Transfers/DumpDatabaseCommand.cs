using System.CommandLine;
using Farm.Store.Registrations;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store dump-db</c>: what is recorded of paths, as the text of <c>nix-store --dump-db</c>.</summary>
internal static class DumpDatabaseCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Store paths; every path if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new FarmCommand(
            "dump-db",
            "Write what is recorded of paths, without their files, for 'load-db' or 'nix-store --load-db'.",
            ["farm store dump-db > store.txt"]
        )
        {
            paths,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var named = (parsed.GetValue(paths) ?? [])
                    .Select(text => StorePathArgument.Parse(store.Layout, text))
                    .ToList();
                await new StoreRegistrations(store)
                    .DumpAsync(named.Count == 0 ? null : named, verbs.Services.Terminal.Out, ct)
                    .ConfigureAwait(false);
            }
        );
        return command;
    }
}
