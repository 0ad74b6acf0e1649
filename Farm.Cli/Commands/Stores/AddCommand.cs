using System.CommandLine;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add</c>: files of this machine.</summary>
internal static class AddCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = new Argument<string>("PATH") { Description = "A file or directory." };
        var name = AddressOptions.Name("Name in the store; the file's own if not given.");
        var flat = AddressOptions.Flat();
        var algorithm = AddressOptions.Algorithm();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "add",
            "Add files, and print their store path.",
            ["farm store add ./src --store /srv/farm/worker", "farm store add ./x-1.0.tar.gz --flat --algorithm sha512"]
        )
        {
            path,
            name,
            flat,
            algorithm,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                var source = GivenSource.Find(parsed.GetRequiredValue(path));
                var how = AddressOptions.Read(parsed, flat, algorithm);
                var info = await store
                    .AddFileTreeAsync(
                        StorePathName.Parse(parsed.GetValue(name) ?? Path.GetFileName(source)),
                        source,
                        how.Method,
                        how.Algorithm,
                        ct
                    )
                    .ConfigureAwait(false);
                AddedText.Write(verbs, store.StoreDir, info, parsed, json);
            }
        );
        return command;
    }
}
