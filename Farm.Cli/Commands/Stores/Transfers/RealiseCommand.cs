using System.CommandLine;
using Farm.Cli.Terminals;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store realise</c>: paths and what they refer to, fetched from the configured binary caches.</summary>
internal static class RealiseCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var caches = new Option<string[]>("--substituter")
        {
            Description = "A binary cache to ask instead of those of farm.store.substituters; may be given again.",
            HelpName = "URL",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would be fetched." };
        var quiet = TransferText.Quiet();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "realise",
            "Fetch paths and what they refer to from binary caches; what is there already is skipped.",
            [
                "farm store realise /nix/store/…-hello",
                "farm store realise --dry-run --substituter https://cache.example.org /nix/store/…-hello",
            ]
        )
        {
            paths,
            caches,
            dryRun,
            quiet,
            json,
        };
        command.Aliases.Add("substitute");
        verbs.OnNewStore(
            command,
            async (parsed, store, ct) =>
            {
                using var substituters = await Fetching
                    .OpenAsync(parsed, parsed.GetValue(caches) ?? [], store, verbs, ct)
                    .ConfigureAwait(false);
                StorePath[] wanted =
                [
                    .. parsed.GetRequiredValue(paths).Select(text => StorePathArgument.Parse(store.Layout, text)),
                ];
                var plan = await substituters.PlanAsync(wanted, ct).ConfigureAwait(false);
                var unavailable = plan.Unavailable;
                if (!parsed.GetValue(dryRun))
                {
                    var display = verbs.Progress(parsed, quiet, json);
                    await using (display.ConfigureAwait(false))
                    {
                        unavailable = await substituters
                            .RealiseAsync(wanted, new RealiseProgress(display), ct)
                            .ConfigureAwait(false);
                    }
                }
                PathLines.Write(
                    verbs,
                    store.StoreDir,
                    [.. plan.ToFetch.Select(one => one.Path).Where(path => !unavailable.ContainsKey(path))],
                    parsed.GetValue(json)
                );
                if (parsed.GetValue(dryRun) && !parsed.GetValue(json))
                {
                    verbs.Services.Terminal.Error.WriteLine(
                        $"{plan.ToFetch.Length} paths would be fetched: {ByteText.Of(plan.DownloadBytes)} to download, {ByteText.Of(plan.NarBytes)} unpacked."
                    );
                }
                Fetching.Refuse(store, wanted, unavailable);
            }
        );
        return command;
    }
}
