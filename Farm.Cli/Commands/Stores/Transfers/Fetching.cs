using System.Collections.Immutable;
using System.CommandLine;
using Farm.Cli.Settings;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary>What verbs that fetch paths from binary caches have in common.</summary>
internal static class Fetching
{
    /// <param name="parsed">The command line, which may name a settings file.</param>
    /// <param name="caches">Asked instead of those of the settings, unless there are none.</param>
    /// <param name="store">Where paths go.</param>
    /// <param name="verbs">The program's services.</param>
    /// <param name="ct">Stops the opening.</param>
    /// <exception cref="CommandException">There is no cache to ask.</exception>
    public static Task<Substituters> OpenAsync(
        ParseResult parsed,
        string[] caches,
        LocalStore store,
        StoreVerbs verbs,
        CancellationToken ct
    )
    {
        var config = SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
        var settings = NodeOptions.Read(config, SubstituterSettings.From);
        if (caches.Length > 0)
        {
            settings = settings with { Caches = [.. caches.Select(CacheAddress.Parse)] };
        }
        return settings.Caches.IsEmpty
            ? throw new CommandException("no binary cache is configured: name one with --substituter URL.")
            : Substituters.OpenAsync(settings, store, verbs.Services.Clock, ct);
    }

    /// <summary>Makes paths valid that are not yet, with what they refer to.</summary>
    /// <exception cref="CommandException">One cannot be fetched.</exception>
    public static async Task EnsureAsync(
        ParseResult parsed,
        ImmutableArray<StorePath> paths,
        LocalStore store,
        StoreVerbs verbs,
        CancellationToken ct
    )
    {
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        if (paths.All(valid.Contains))
        {
            return;
        }
        using var substituters = await OpenAsync(parsed, [], store, verbs, ct).ConfigureAwait(false);
        Refuse(store, paths, await substituters.RealiseAsync(paths, progress: null, ct).ConfigureAwait(false));
    }

    /// <exception cref="CommandException">Some of the paths are among those that cannot be fetched.</exception>
    public static void Refuse(
        LocalStore store,
        IEnumerable<StorePath> wanted,
        ImmutableSortedDictionary<StorePath, string> unavailable
    )
    {
        var missing = wanted.Where(unavailable.ContainsKey).ToArray();
        if (missing.Length > 0)
        {
            throw new CommandException(
                string.Join(
                    "\n",
                    missing.Select(path => $"'{store.StoreDir.Print(path)}' cannot be fetched: {unavailable[path]}.")
                )
            );
        }
    }
}
