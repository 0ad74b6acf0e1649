using System.CommandLine;
using Farm.Store.Signing;

namespace Farm.Cli.Commands.Stores.Keys;

/// <summary><c>farm store keygen</c>: a new key to sign paths with.</summary>
internal static class KeygenCommand
{
    public static FarmCommand Create(CommandServices services)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "Name of the key: by custom the cache's host and a number, such as cache.example.org-1.",
        };
        var file = new Argument<string>("FILE")
        {
            Description = "Where the secret key goes; it must not be there yet.",
        };
        var command = new FarmCommand(
            "keygen",
            "Make a key that signs paths, and print the public key that others need.",
            ["farm store keygen cache.example.org-1 /etc/farm/key.sec > key.pub"]
        )
        {
            name,
            file,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var key = SecretKey.Generate(parsed.GetRequiredValue(name));
                await KeyFile.WriteNewSecretAsync(parsed.GetRequiredValue(file), key, ct).ConfigureAwait(false);
                services.Terminal.Out.WriteLine(key.PublicKey.ToString());
                return ExitCode.Done;
            }
        );
        return command;
    }
}
