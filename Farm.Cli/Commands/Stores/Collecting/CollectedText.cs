using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Store.Collector;

namespace Farm.Cli.Commands.Stores.Collecting;

/// <summary>Tells how a collection goes and what it has come to.</summary>
internal static class CollectedText
{
    public static WorkProgress Of(CollectProgress progress) =>
        progress switch
        {
            CollectProgress.Found found => new("found", "dead paths", found.DeadPaths),
            CollectProgress.Deleted deleted => new(
                "deleting",
                "paths",
                deleted.Done,
                deleted.Total,
                deleted.FreedBytes
            ),
            CollectProgress.Sweeping sweeping => new("sweeping", "links", sweeping.Done, sweeping.Total),
            _ => new("looking for roots", "found", 0),
        };

    public static void Write(StoreVerbs verbs, ParseResult parsed, Option<bool> json, CollectedDocument done)
    {
        if (parsed.GetValue(json))
        {
            verbs.WriteJson(done, CliJsonContext.Default.CollectedDocument);
            return;
        }
        var output = verbs.Services.Terminal.Out;
        output.WriteLine(
            $"{done.DeletedPaths + done.DeletedLeftovers} store paths deleted, {ByteText.Of(done.FreedBytes)} freed"
        );
        if (done.SavedBytes > 0)
        {
            output.WriteLine($"hard linking saves {ByteText.Of(done.SavedBytes)} now");
        }
    }
}
