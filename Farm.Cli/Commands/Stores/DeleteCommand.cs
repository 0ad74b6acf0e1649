using System.Text.Json;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store delete</c>: paths that nobody needs.</summary>
internal static class DeleteCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "delete",
            "Delete paths. Refused while other paths refer to one, or a root keeps it.",
            [
                "farm store delete /nix/store/…-hello",
                "farm store delete /nix/store/…-a /nix/store/…-b && farm store sweep",
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
                HashSet<StorePath> given =
                [
                    .. parsed.GetRequiredValue(paths).Select(text => StorePathArgument.Parse(store.Layout, text)),
                ];
                await CheckAsync(store, given, ct).ConfigureAwait(false);
                var deleted = new List<string>();
                while (given.Count > 0)
                {
                    var next = await FirstFreeAsync(store, given, ct).ConfigureAwait(false);
                    await store.DeleteAsync(next, ct).ConfigureAwait(false);
                    given.Remove(next);
                    deleted.Add(store.StoreDir.Print(next));
                }
                verbs.Services.Terminal.Out.WriteLine(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize([.. deleted], CliJsonContext.Default.StringArray)
                        : string.Join('\n', deleted)
                );
            }
        );
        return command;
    }

    /// <summary>Refuses before anything is deleted.</summary>
    private static async Task CheckAsync(LocalStore store, HashSet<StorePath> given, CancellationToken ct)
    {
        var roots = await StoreRoots.FindAsync(store, includeRuntime: true, ct).ConfigureAwait(false);
        foreach (var path in given)
        {
            if (await store.QueryAsync(path, ct).ConfigureAwait(false) is null)
            {
                throw new StoreException.InvalidPath(store.StoreDir.Print(path));
            }
            if (roots.FirstOrDefault(root => root.Path == path) is { } root)
            {
                throw new StoreException.InUse(store.StoreDir.Print(path), root.Reason);
            }
            foreach (var referrer in await store.ReferrersAsync(path, ct).ConfigureAwait(false))
            {
                if (!given.Contains(referrer))
                {
                    throw new StoreException.InUse(store.StoreDir.Print(path), store.StoreDir.Print(referrer));
                }
            }
        }
    }

    /// <summary>One that no other refers to. References have no cycles, so there is one.</summary>
    private static async Task<StorePath> FirstFreeAsync(
        LocalStore store,
        HashSet<StorePath> given,
        CancellationToken ct
    )
    {
        foreach (var path in given)
        {
            var referrers = await store.ReferrersAsync(path, ct).ConfigureAwait(false);
            if (referrers.Remove(path).IsEmpty)
            {
                return path;
            }
        }
        throw new StoreException.ReferenceCycle(store.StoreDir.Print(given.First()));
    }
}
