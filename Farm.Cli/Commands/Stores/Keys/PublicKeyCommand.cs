using System.CommandLine;
using Farm.Store.Signing;

namespace Farm.Cli.Commands.Stores.Keys;

/// <summary><c>farm store public-key</c>: what others need to check a key's signatures.</summary>
internal static class PublicKeyCommand
{
    public static FarmCommand Create(CommandServices services)
    {
        var file = new Argument<string>("FILE") { Description = "A secret key." };
        var command = new FarmCommand(
            "public-key",
            "Print the public key that belongs to a secret key.",
            ["farm store public-key /etc/farm/key.sec"]
        )
        {
            file,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var key = await KeyFile.ReadSecretAsync(parsed.GetRequiredValue(file), ct).ConfigureAwait(false);
                services.Terminal.Out.WriteLine(key.PublicKey.ToString());
                return ExitCode.Done;
            }
        );
        return command;
    }
}
