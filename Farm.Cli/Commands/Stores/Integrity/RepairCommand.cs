using Farm.Store;
using Farm.Store.Integrity;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary><c>farm store repair</c>: good copies in the place of named paths.</summary>
internal static class RepairCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var (paths, from) = (StorePathArgument.Many(), GoodCopies.From());
        var command = new FarmCommand(
            "repair",
            "Exchange damaged paths for good copies; those that are what is recorded stay as they are.",
            ["farm store repair /nix/store/…-hello", "farm store repair --from /srv/farm/other /nix/store/…-hello"]
        )
        {
            paths,
            from,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                await using var copies = await GoodCopies
                    .OpenAsync(verbs, parsed, store, parsed.GetValue(from) ?? [], ct)
                    .ConfigureAwait(false);
                foreach (var text in parsed.GetRequiredValue(paths))
                {
                    var path = StorePathArgument.Parse(store.Layout, text);
                    var info =
                        await store.QueryAsync(path, ct).ConfigureAwait(false)
                        ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path));
                    if (await store.IsIntactAsync(path, ct).ConfigureAwait(false))
                        continue;
                    if (!await copies.Source.RepairAsync(info, ct).ConfigureAwait(false))
                        throw new CommandException(
                            $"No source has a good copy of '{store.StoreDir.Print(path)}', and it cannot be built again here; name others with --from."
                        );
                    verbs.Services.Terminal.Out.WriteLine($"{store.StoreDir.Print(path)} repaired");
                }
            }
        );
        return command;
    }
}
