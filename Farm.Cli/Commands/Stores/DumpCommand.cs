using System.CommandLine;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store dump</c>: a store path as an archive.</summary>
internal static class DumpCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = new Argument<string>("PATH") { Description = "A store path." };
        var command = new FarmCommand(
            "dump",
            "Write a path as a Nix archive to standard output.",
            ["farm store dump /nix/store/…-x > x.nar"]
        )
        {
            path,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var output = verbs.Services.Terminal.RawOut;
                var dumped = StorePathArgument.Parse(store.Layout, parsed.GetRequiredValue(path));
                await store.DumpNarAsync(dumped, output, ct).ConfigureAwait(false);
                await output.FlushAsync(ct).ConfigureAwait(false);
            }
        );
        return command;
    }
}
