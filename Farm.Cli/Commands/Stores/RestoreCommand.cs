using System.CommandLine;
using System.Text.Json;
using Farm.Store.Hashing;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store restore</c>: an archive as ordinary files, outside of any store.</summary>
internal static class RestoreCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var destination = new Argument<string>("DESTINATION") { Description = "What to make; must not be there." };
        var file = GivenInput.Argument("A Nix archive, not compressed");
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "restore",
            "Unpack a Nix archive to a new file or directory. Needs no store.",
            ["farm store dump /nix/store/…-x | farm store restore ./x"]
        )
        {
            destination,
            file,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var target = parsed.GetRequiredValue(destination);
                var nar = GivenInput.Open(verbs.Services.Terminal, parsed.GetRequiredValue(file));
                await using (nar.ConfigureAwait(false))
                {
                    var (hash, size) = await NarUnpack.ToNewPathAsync(nar, target, ct).ConfigureAwait(false);
                    if (parsed.GetValue(json))
                    {
                        verbs.Services.Terminal.Out.WriteLine(
                            JsonSerializer.Serialize(
                                new RestoredDocument(Path.GetFullPath(target), hash.Print(HashFormat.Sri), size),
                                CliJsonContext.Default.RestoredDocument
                            )
                        );
                    }
                }
                return ExitCode.Done;
            }
        );
        return command;
    }
}
