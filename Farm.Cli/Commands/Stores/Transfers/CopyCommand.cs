using System.CommandLine;
using Farm.Cli.Terminals;
using Farm.Store.Copying;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary><c>farm store copy</c>: paths and what they refer to, from one store to another.</summary>
internal static class CopyCommand
{
    private const string Ends = "ROOT, http(s)://HOST or file:///DIR";

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Store paths; what they refer to is copied too.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all") { Description = "Copy every path of a store on this machine." };
        var from = End("--from", "Where the paths are");
        var to = End("--to", "Where they go");
        var alone = new Option<bool>("--no-recursive")
        {
            Description = "Leave out what the paths refer to; it must be there already.",
        };
        var untrusted = new Option<bool>("--no-check-sigs")
        {
            Description = "Take paths into a store on this machine that no trusted key has signed.",
        };
        var jobs = new Option<int?>("--jobs", "-j") { Description = "Most paths at a time.", HelpName = "N" };
        var quiet = TransferText.Quiet();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "copy",
            "Copy paths between stores, binary caches and running nodes; what is there already is skipped.",
            [
                "farm store copy --to 'file:///srv/cache?compression=zstd' /nix/store/…-hello",
                "farm store copy --from https://cache.example.org /nix/store/…-hello",
                "farm store copy --from /srv/farm/worker --to http://coordinator:8080 --all",
            ]
        )
        {
            paths,
            all,
            from,
            to,
            alone,
            untrusted,
            jobs,
            quiet,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var (source, target) = (parsed.GetValue(from), parsed.GetValue(to));
                if (source is null && target is null)
                {
                    throw new CommandException("name another store with --from or --to.");
                }
                await using var fromEnd = await StoreEnd
                    .OpenAsync(verbs, parsed, source, isWritten: false, ct)
                    .ConfigureAwait(false);
                await using var toEnd = await StoreEnd
                    .OpenAsync(verbs, parsed, target, isWritten: true, ct)
                    .ConfigureAwait(false);
                var wanted = await WantedAsync(fromEnd, parsed.GetValue(paths) ?? [], parsed.GetValue(all), ct)
                    .ConfigureAwait(false);
                var settings = new CopySettings
                {
                    Keys = parsed.GetValue(untrusted) ? null : toEnd.Local?.Keys,
                    WithReferences = !parsed.GetValue(alone),
                };
                settings = parsed.GetValue(jobs) is { } number ? settings with { Parallel = number } : settings;
                var report = await CopyAsync(verbs.Progress(parsed, quiet, json), fromEnd, toEnd, settings, wanted, ct)
                    .ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    PathLines.Write(verbs, fromEnd.Store.StoreDir, report.Copied, isJson: true);
                }
                else
                {
                    verbs.Services.Terminal.Out.WriteLine(
                        $"{report.Copied.Length} paths copied ({ByteText.Of(report.Bytes)})."
                    );
                }
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Option<string?> End(string name, string what) =>
        new(name) { Description = $"{what}: {Ends}; the store of --store if not given.", HelpName = "STORE" };

    private static async Task<IReadOnlyCollection<StorePath>> WantedAsync(
        StoreEnd from,
        string[] texts,
        bool isAll,
        CancellationToken ct
    )
    {
        if (isAll == texts.Length > 0)
        {
            throw new CommandException("give either paths or --all.");
        }
        if (!isAll)
        {
            return [.. texts.Select(from.Parse)];
        }
        return from.Local is { } local
            ? await local.AllValidAsync(ct).ConfigureAwait(false)
            : throw new CommandException("--all needs a store on this machine to copy from; name the paths.");
    }

    private static async Task<CopyReport> CopyAsync(
        Progress.WorkDisplay display,
        StoreEnd from,
        StoreEnd to,
        CopySettings settings,
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    )
    {
        await using (display.ConfigureAwait(false))
        {
            return await new ClosureCopier(from.Store, to.Store, settings)
                .CopyAsync(paths, display.From((CopyProgress p) => TransferText.Of("copying", p)), ct)
                .ConfigureAwait(false);
        }
    }
}
