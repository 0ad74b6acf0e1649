using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Http;

namespace Farm.Cli.Commands.Stores.Collecting;

/// <summary><c>farm store gc --node</c>: the same on a node that runs.</summary>
internal static class NodeGc
{
    public static async Task<int> RunAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        Uri address,
        CollectQuestion question,
        bool isForRoots,
        CancellationToken ct
    )
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var client = new StoreAdminClient(http, address);
        try
        {
            if (isForRoots)
            {
                var roots = await client.RootsAsync(ct).ConfigureAwait(false);
                GcCommand.WriteList(verbs, parsed, json, [.. roots.Select(root => $"{root.Root} -> {root.Path}")]);
                return ExitCode.Done;
            }
            var answer = await CollectAsync(verbs, parsed, json, client, question, ct).ConfigureAwait(false);
            if (question.Action != "collect")
            {
                GcCommand.WriteList(verbs, parsed, json, answer.Listed);
                return ExitCode.Done;
            }
            var done = new CollectedDocument(
                answer.DeletedPaths,
                answer.DeletedLeftovers,
                answer.FreedBytes,
                answer.RemovedLinks,
                answer.SavedBytes
            );
            CollectedText.Write(verbs, parsed, json, done);
            return ExitCode.Done;
        }
        catch (HttpStoreException failure)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static async Task<CollectAnswer> CollectAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        StoreAdminClient client,
        CollectQuestion question,
        CancellationToken ct
    )
    {
        var display = verbs.Progress(parsed, json);
        await using (display.ConfigureAwait(false))
        {
            var progress = display.From<CollectStep>(step => new WorkProgress(
                step.Phase,
                step.Phase == "sweeping" ? "links" : "paths",
                step.Done,
                step.Total,
                step.FreedBytes
            ));
            return await client.CollectAsync(question, progress, ct).ConfigureAwait(false);
        }
    }
}
