using System.CommandLine;
using Farm.Cli.Commands.Stores.Transfers;
using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Http;
using Farm.Store.Local;
using Farm.Store.Optimising;

namespace Farm.Cli.Commands.Stores.Optimising;

/// <summary><c>farm store optimise</c>: equal files of all paths stored once.</summary>
internal static class OptimiseCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var stats = new Option<bool>("--stats") { Description = "Change nothing; tell what sharing saves now." };
        var quiet = TransferText.Quiet();
        var node = NodeAdmin.Option();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "optimise",
            "Store equal files of all paths once. May be stopped at any time and begun again.",
            [
                "farm store optimise --store /srv/farm/worker",
                "farm store optimise --node http://127.0.0.1:7410",
                "farm store optimise --stats --json | jq .savedBytes",
            ]
        )
        {
            stats,
            quiet,
            node,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(node) is not { } address)
                    return await verbs
                        .RunAsync(parsed, store => OnStoreAsync(parsed, store, ct), ct)
                        .ConfigureAwait(false);
                if (parsed.GetValue(stats))
                    throw new CommandException("--stats reads a store on this machine: name it with --store ROOT.");
                await using var display = verbs.Progress(parsed, quiet, json);
                var progress = display.From<NodeStep>(NodeAdmin.Shown);
                var done = await NodeAdmin
                    .AskAsync(address, client => client.OptimiseAsync(progress, ct))
                    .ConfigureAwait(false);
                Tell(verbs, display, done, parsed.GetValue(json));
                return ExitCode.Done;
            }
        );
        return command;

        Task OnStoreAsync(ParseResult parsed, LocalStore store, CancellationToken ct) =>
            parsed.GetValue(stats)
                ? MeasureAsync(verbs, store, parsed.GetValue(json), ct)
                : OptimiseAsync(verbs, store, verbs.Progress(parsed, quiet, json), parsed.GetValue(json), ct);
    }

    private static async Task MeasureAsync(StoreVerbs verbs, LocalStore store, bool isJson, CancellationToken ct)
    {
        var found = await SharingStatistics.MeasureAsync(store, ct).ConfigureAwait(false);
        if (isJson)
        {
            var document = new SharingDocument(
                found.Contents,
                found.Files,
                found.ActualBytes,
                found.UnsharedBytes,
                found.SavedBytes,
                found.SavedInodes,
                found.UnusedContents,
                found.UnusedBytes
            );
            verbs.WriteJson(document, CliJsonContext.Default.SharingDocument);
            return;
        }
        verbs.Services.Terminal.Out.Write(
            $"""
            files   {found.Files}, {ByteText.Of(found.UnsharedBytes)} if each were stored for itself
            stored  {found.Contents}, {ByteText.Of(found.ActualBytes)}
            saved   {ByteText.Of(found.SavedBytes)} and {found.SavedInodes} inodes
            unused  {found.UnusedContents}, {ByteText.Of(found.UnusedBytes)} that a collection frees

            """
        );
    }

    private static async Task OptimiseAsync(
        StoreVerbs verbs,
        LocalStore store,
        WorkDisplay shown,
        bool isJson,
        CancellationToken ct
    )
    {
        await using var display = shown;
        var progress = display.From(
            (OptimiseProgress at) =>
                new WorkProgress("optimising", "paths", at.PathsDone, at.PathsTotal, at.BytesHashed)
        );
        var report = await new StoreOptimiser(store).OptimiseAsync(progress, ct).ConfigureAwait(false);
        Tell(verbs, display, OptimiseAnswer.Of(report), isJson);
    }

    private static void Tell(StoreVerbs verbs, WorkDisplay display, OptimiseAnswer report, bool isJson)
    {
        foreach (var file in report.Suspicious)
        {
            display.Note($"'{file}' is left alone: its mode or its time is not a store file's.");
        }
        if (isJson)
        {
            verbs.WriteJson(report, CliJsonContext.Default.OptimiseAnswer);
            return;
        }
        var output = verbs.Services.Terminal.Out;
        output.WriteLine(
            $"{ByteText.Of(report.SavedBytes)} and {report.SavedInodes} inodes freed by linking {report.FilesLinked} files"
        );
        if (report.CorruptLinks > 0)
        {
            output.WriteLine($"{report.CorruptLinks} links with other contents than their names say removed");
        }
        foreach (var (reason, count) in report.Kept)
        {
            output.WriteLine($"{count} files stay copies: {Text(Enum.Parse<KeptReason>(reason, ignoreCase: true))}");
        }
    }

    private static string Text(KeptReason reason) =>
        reason switch
        {
            KeptReason.TooManyLinks => "their content has as many links as the file system allows",
            KeptReason.NoSpace => "the disk, the quota or the directory of links is full",
            KeptReason.NotPermitted => "the system does not permit to link them",
            KeptReason.OtherFileSystem => "they are on another file system than the links",
            KeptReason.Unsupported => "the file system has no hard links",
            KeptReason.Suspicious => "their mode or time is not a store file's",
            KeptReason.Changed => "they were changed meanwhile",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
