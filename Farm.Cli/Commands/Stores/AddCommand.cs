using System.CommandLine;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add</c>: files of this machine.</summary>
internal static class AddCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files or directories.",
            Arity = ArgumentArity.OneOrMore,
        };
        var name = AddressOptions.Name("Name in the store, of one path; the file's own if not given.");
        var flat = AddressOptions.Flat();
        var algorithm = AddressOptions.Algorithm();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "add",
            "Add files, and print their store paths, one on each line; nix-store --add.",
            [
                "farm store add ./src --store /srv/farm/worker",
                "farm store add ./x-1.0.tar.gz ./y-2.0.tar.gz --flat --algorithm sha512",
            ]
        )
        {
            paths,
            name,
            flat,
            algorithm,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                var sources = GivenSource.FindAll(parsed.GetRequiredValue(paths));
                if (parsed.GetValue(name) is not null && sources.Length > 1)
                    throw new CommandException(
                        $"'--name' names one path, and {sources.Length} are given: add that one by itself."
                    );
                var how = AddressOptions.Read(parsed, flat, algorithm);
                var added = new List<PathInfoDocument>();
                foreach (var source in sources)
                {
                    var info = await store
                        .AddFileTreeAsync(
                            StorePathName.Parse(parsed.GetValue(name) ?? Path.GetFileName(source)),
                            source,
                            how.Method,
                            how.Algorithm,
                            ct
                        )
                        .ConfigureAwait(false);
                    added.Add(PathInfoDocument.Of(store.StoreDir, info));
                    if (!parsed.GetValue(json))
                        verbs.Services.Terminal.Out.WriteLine(store.StoreDir.Print(info.Path));
                }
                if (parsed.GetValue(json))
                    verbs.WriteJson([.. added], CliJsonContext.Default.PathInfoDocumentArray);
            }
        );
        return command;
    }
}
