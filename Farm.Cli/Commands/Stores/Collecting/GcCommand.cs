using System.CommandLine;
using Farm.Http;
using Farm.Store.Collector;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores.Collecting;

/// <summary><c>farm store gc</c>: deletes what no root keeps, or tells what that is.</summary>
internal static class GcCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var printDead = Flag("--print-dead", "List what would be deleted, one path a line.");
        var dryRun = Flag("--dry-run", "The same.");
        var printLive = Flag("--print-live", "List what is alive, one path a line.");
        var printRoots = Flag("--print-roots", "List the roots: link or process, and what it keeps.");
        var maxFreed = ValueOptions.Size("--max-freed", "End once more than this is freed.");
        var olderThan = ValueOptions.Age("--older-than", "Only what was registered longer ago.");
        var node = NodeAdmin.Option();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "gc",
            "Delete what no root keeps.",
            [
                "farm store gc --store /srv/farm/worker",
                "farm store gc --max-freed 10G --older-than 30d",
                "farm store gc --print-dead",
                "farm store gc --node http://127.0.0.1:7410",
            ]
        )
        {
            printDead,
            dryRun,
            printLive,
            printRoots,
            maxFreed,
            olderThan,
            node,
            json,
        };
        command.SetAction(
            (parsed, ct) =>
                parsed.GetValue(node) is { } address
                    ? NodeGc.RunAsync(verbs, parsed, json, address, Question(parsed), parsed.GetValue(printRoots), ct)
                    : verbs.RunAsync(parsed, store => OnStoreAsync(parsed, store, ct), ct)
        );
        return command;

        CollectQuestion Question(ParseResult parsed) =>
            new(
                parsed.GetValue(printLive) ? "live"
                    : parsed.GetValue(printDead) || parsed.GetValue(dryRun) ? "dead"
                    : "collect",
                parsed.GetValue(maxFreed),
                (long?)parsed.GetValue(olderThan)?.TotalSeconds
            );

        async Task OnStoreAsync(ParseResult parsed, LocalStore store, CancellationToken ct)
        {
            if (parsed.GetValue(printRoots))
            {
                await RootsCommand
                    .WriteAsync(verbs, parsed, json, store, includeRuntime: true, ct)
                    .ConfigureAwait(false);
                return;
            }
            var before = verbs.Services.Clock.GetUtcNow() - parsed.GetValue(olderThan);
            CollectRequest request =
                parsed.GetValue(printLive) ? new CollectRequest.QueryLive()
                : parsed.GetValue(printDead) || parsed.GetValue(dryRun) ? new CollectRequest.QueryDead(before)
                : new CollectRequest.Collect(parsed.GetValue(maxFreed), before);
            var report = await RunAsync(verbs, parsed, json, store, request, ct).ConfigureAwait(false);
            if (request is CollectRequest.Collect)
            {
                CollectedText.Write(verbs, parsed, json, CollectedDocument.Of(report));
                return;
            }
            WriteList(verbs, parsed, json, [.. report.Listed.Select(store.StoreDir.Print)]);
        }
    }

    private static async Task<CollectReport> RunAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        LocalStore store,
        CollectRequest request,
        CancellationToken ct
    )
    {
        var display = verbs.Progress(parsed, json);
        await using (display.ConfigureAwait(false))
        {
            return await new GarbageCollector(store, store.Collector)
                .CollectAsync(request, display.From<CollectProgress>(CollectedText.Of), ct)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Paths, one a line, or as a JSON array.</summary>
    public static void WriteList(StoreVerbs verbs, ParseResult parsed, Option<bool> json, string[] paths)
    {
        if (parsed.GetValue(json))
        {
            verbs.WriteJson(paths, CliJsonContext.Default.StringArray);
            return;
        }
        foreach (var path in paths)
        {
            verbs.Services.Terminal.Out.WriteLine(path);
        }
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
