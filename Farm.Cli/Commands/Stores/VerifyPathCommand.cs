using System.Text.Json;
using Farm.Store.Hashing;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store verify-path</c>: whether files are still what was made valid.</summary>
internal static class VerifyPathCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "verify-path",
            "Read paths again, and tell those whose contents have changed.",
            [
                "farm store verify-path /nix/store/…-hello",
                "farm store verify-path --json /nix/store/…-hello | jq .[].isIntact",
            ]
        )
        {
            paths,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var terminal = verbs.Services.Terminal;
                var checks = new List<ContentsCheck>();
                foreach (var text in parsed.GetRequiredValue(paths))
                {
                    var path = StorePathArgument.Parse(store.Layout, text);
                    checks.Add(await store.CheckContentsAsync(path, ct).ConfigureAwait(false));
                }
                if (parsed.GetValue(json))
                {
                    terminal.Out.WriteLine(
                        JsonSerializer.Serialize(
                            [
                                .. checks.Select(check => new VerifiedDocument(
                                    store.StoreDir.Print(check.Path),
                                    check.IsIntact,
                                    check.RecordedHash.Print(HashFormat.Sri),
                                    check.FoundHash.Print(HashFormat.Sri)
                                )),
                            ],
                            CliJsonContext.Default.VerifiedDocumentArray
                        )
                    );
                }
                if (checks.FindAll(check => !check.IsIntact) is { Count: > 0 } changed)
                {
                    throw new CommandException(
                        string.Join(
                            "\n",
                            changed.Select(check =>
                                $"'{store.StoreDir.Print(check.Path)}' has changed: recorded {check.RecordedHash}, found {check.FoundHash}."
                            )
                        )
                    );
                }
            }
        );
        return command;
    }
}
