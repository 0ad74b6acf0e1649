using System.CommandLine;
using Farm.Store.Signing;

namespace Farm.Cli.Commands.Stores.Keys;

/// <summary><c>farm store sign</c>: signatures for paths that are there.</summary>
internal static class SignCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var selection = new PathSelection("Sign");
        var key = new Option<string>("--key")
        {
            Description = "The secret key, from 'farm store keygen' or 'nix key generate-secret'.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new FarmCommand(
            "sign",
            "Add a signature to paths, so that those who trust the key take them.",
            [
                "farm store sign --key /etc/farm/key.sec /nix/store/…-hello",
                "farm store sign --key /etc/farm/key.sec --all",
            ]
        )
        {
            key,
        };
        selection.AddTo(command);
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var secret = await KeyFile.ReadSecretAsync(parsed.GetRequiredValue(key), ct).ConfigureAwait(false);
                foreach (var path in await selection.ReadAsync(parsed, store, ct).ConfigureAwait(false))
                {
                    if (await store.QueryAsync(path, ct).ConfigureAwait(false) is not { } info)
                    {
                        throw new Store.StoreException.InvalidPath(store.StoreDir.Print(path));
                    }
                    await store.AddSignaturesAsync(path, [secret.Sign(store.StoreDir, info)], ct).ConfigureAwait(false);
                }
            }
        );
        return command;
    }
}
