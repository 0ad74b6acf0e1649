using System.CommandLine;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store add-fixed</c>: files under the paths that a fixed-output derivation would give them.</summary>
internal static class AddFixedCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var algorithm = new Argument<string>("HASH")
        {
            Description = "Hash of the address: sha256, sha512, sha1 or md5.",
        };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files, or directories with --recursive.",
            Arity = ArgumentArity.OneOrMore,
        };
        var recursive = new Option<bool>("--recursive") { Description = "Address them by their archives." };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "add-fixed",
            "Add files as outputs of fixed-output derivations, such as sources that cannot be fetched; nix-store --add-fixed.",
            ["farm store add-fixed sha256 ./jdk-8.tar.gz", "farm store add-fixed --recursive sha256 ./src"]
        )
        {
            algorithm,
            files,
            recursive,
            json,
        };
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                var hash = HashText.ParseAlgorithm(parsed.GetRequiredValue(algorithm));
                var method = parsed.GetValue(recursive) ? ContentAddressMethod.Nar : ContentAddressMethod.Flat;
                var added = new List<string>();
                foreach (var source in GivenSource.FindAll(parsed.GetRequiredValue(files)))
                {
                    var name = StorePathName.Parse(Path.GetFileName(source));
                    var info = await store.AddFileTreeAsync(name, source, method, hash, ct).ConfigureAwait(false);
                    added.Add(store.StoreDir.Print(info.Path));
                }
                if (parsed.GetValue(json))
                {
                    verbs.WriteJson([.. added], CliJsonContext.Default.StringArray);
                    return;
                }
                added.ForEach(verbs.Services.Terminal.Out.WriteLine);
            }
        );
        return command;
    }
}
