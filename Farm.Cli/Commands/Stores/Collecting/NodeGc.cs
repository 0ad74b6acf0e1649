using System.CommandLine;
using Farm.Http;

namespace Farm.Cli.Commands.Stores.Collecting;

/// <summary><c>farm store gc --node</c>: the same on a node that runs.</summary>
internal static class NodeGc
{
    public static async Task<int> RunAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        string address,
        CollectQuestion question,
        bool isForRoots,
        CancellationToken ct
    )
    {
        if (isForRoots)
        {
            await RootsCommand
                .WriteNodeAsync(verbs, parsed, json, address, includeRuntime: true, ct)
                .ConfigureAwait(false);
            return ExitCode.Done;
        }
        var answer = await NodeAdmin
            .AskAsync(address, client => CollectAsync(verbs, parsed, json, client, question, ct))
            .ConfigureAwait(false);
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
            var progress = display.From<NodeStep>(NodeAdmin.Shown);
            return await client.CollectAsync(question, progress, ct).ConfigureAwait(false);
        }
    }
}
