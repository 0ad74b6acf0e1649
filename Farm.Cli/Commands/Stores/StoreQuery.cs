using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>A question to the store of which the answer is lines of text.</summary>
/// <param name="Name">The option that asks it; Nix's name.</param>
/// <param name="Description">For the help.</param>
/// <param name="Answer">Store paths as a rule, each once.</param>
internal sealed record StoreQuery(
    string Name,
    string Description,
    Func<LocalStore, string[], CancellationToken, Task<IEnumerable<string>>> Answer
)
{
    private const string UnknownDeriver = "unknown-deriver";

    public static ImmutableArray<StoreQuery> All { get; } =
    [
        new("--references", "What the paths refer to.", Each((_, info, _) => Task.FromResult(info.References))),
        new("--referrers", "What refers to the paths.", Each((store, info, ct) => store.ReferrersAsync(info.Path, ct))),
        new("--requisites", "The paths and all they refer to, directly or not.", RequisitesAsync),
        new("--deriver", "The derivations that the paths were built from.", DeriversAsync),
        new(
            "--valid-derivers",
            "Valid derivations that have the paths as outputs.",
            Each((store, info, ct) => store.ValidDeriversAsync(info.Path, ct))
        ),
        new("--hash-part", "The paths with these hash parts (32 characters).", FromHashPartsAsync),
    ];

    /// <summary>What is recorded of each path.</summary>
    /// <exception cref="StoreException.InvalidPath">One is not valid.</exception>
    public static async Task<ImmutableArray<PathInfo>> InfosAsync(
        LocalStore store,
        string[] paths,
        CancellationToken ct
    )
    {
        var infos = ImmutableArray.CreateBuilder<PathInfo>(paths.Length);
        foreach (var text in paths)
        {
            var path = StorePathArgument.Parse(store.Layout, text);
            infos.Add(
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                    ?? throw new StoreException.InvalidPath(store.StoreDir.Print(path))
            );
        }
        return infos.MoveToImmutable();
    }

    private static Func<LocalStore, string[], CancellationToken, Task<IEnumerable<string>>> Each(
        Func<LocalStore, PathInfo, CancellationToken, Task<ImmutableSortedSet<StorePath>>> related
    ) =>
        async (store, paths, ct) =>
        {
            var all = new SortedSet<StorePath>();
            foreach (var info in await InfosAsync(store, paths, ct).ConfigureAwait(false))
            {
                all.UnionWith(await related(store, info, ct).ConfigureAwait(false));
            }
            return all.Select(store.StoreDir.Print);
        };

    private static async Task<IEnumerable<string>> RequisitesAsync(
        LocalStore store,
        string[] paths,
        CancellationToken ct
    )
    {
        StorePath[] roots = [.. paths.Select(text => StorePathArgument.Parse(store.Layout, text))];
        return (await store.ClosureAsync(roots, ct).ConfigureAwait(false)).Select(store.StoreDir.Print);
    }

    private static async Task<IEnumerable<string>> DeriversAsync(
        LocalStore store,
        string[] paths,
        CancellationToken ct
    ) =>
        (await InfosAsync(store, paths, ct).ConfigureAwait(false)).Select(info =>
            info.Deriver is { } deriver ? store.StoreDir.Print(deriver) : UnknownDeriver
        );

    private static async Task<IEnumerable<string>> FromHashPartsAsync(
        LocalStore store,
        string[] parts,
        CancellationToken ct
    )
    {
        var found = new List<string>();
        foreach (var part in parts)
        {
            var path = StorePathHash.TryParse(part, out var hash)
                ? await store.QueryPathFromHashPartAsync(hash, ct).ConfigureAwait(false)
                : throw new CommandException($"'{part}' is no hash part of a store path: 32 characters of base 32.");
            found.Add(
                path is { } valid
                    ? store.StoreDir.Print(valid)
                    : throw new CommandException($"No valid path has the hash part '{part}'.")
            );
        }
        return found;
    }
}
