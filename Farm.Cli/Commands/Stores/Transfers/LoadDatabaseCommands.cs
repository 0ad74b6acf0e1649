using System.CommandLine;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Registrations;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store load-db</c> and <c>register-validity</c>: paths whose files are there are made valid by what a text says.</summary>
internal static class LoadDatabaseCommands
{
    public static FarmCommand CreateLoad(StoreVerbs verbs)
    {
        var file = GivenInput.Argument("A text of 'dump-db' or 'nix-store --dump-db'");
        var command = new FarmCommand(
            "load-db",
            "Record what a text of 'dump-db' says, for files that are there already.",
            ["farm store load-db store.txt"]
        )
        {
            file,
        };
        verbs.OnNewStore(
            command,
            (parsed, store, ct) =>
                LoadAsync(verbs, store, parsed.GetRequiredValue(file), hasHashes: true, again: true, ct)
        );
        return command;
    }

    public static FarmCommand CreateRegister(StoreVerbs verbs)
    {
        var file = GivenInput.Argument(
            "For each path: the path, its deriver or an empty line, how many references, each"
        );
        var again = new Option<bool>("--reregister") { Description = "Replace what is recorded of valid paths." };
        var hashes = new Option<bool>("--hash-given")
        {
            Description = "Hash and size stand after each path, and are believed.",
        };
        var command = new FarmCommand(
            "register-validity",
            "Make paths valid whose files are there, and hash them.",
            ["farm store register-validity registration"]
        )
        {
            file,
            again,
            hashes,
        };
        verbs.OnNewStore(
            command,
            (parsed, store, ct) =>
                LoadAsync(
                    verbs,
                    store,
                    parsed.GetRequiredValue(file),
                    parsed.GetValue(hashes),
                    parsed.GetValue(again),
                    ct
                )
        );
        return command;
    }

    private static async Task LoadAsync(
        StoreVerbs verbs,
        LocalStore store,
        string file,
        bool hasHashes,
        bool again,
        CancellationToken ct
    )
    {
        using var reader = new StreamReader(GivenInput.Open(verbs.Services.Terminal, file), Encoding.UTF8);
        await new StoreRegistrations(store).LoadAsync(reader, hasHashes, again, ct).ConfigureAwait(false);
    }
}
