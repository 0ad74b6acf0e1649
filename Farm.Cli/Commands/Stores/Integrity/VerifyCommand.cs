using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary><c>farm store verify</c>: whether a store is what is recorded of it.</summary>
internal static class VerifyCommand
{
    private static readonly Option<bool> s_checkContents = new("--check-contents")
    {
        Description = "Read every file and compare its hash; without, only what is there is compared.",
    };

    private static readonly Option<bool> s_repair = new("--repair")
    {
        Description =
            "Mend what can be mended, with good copies from the sources that --from names, or from the configured substituters.",
    };

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var (from, json, quiet) = (GoodCopies.From(), GlobalOptions.Json(), GlobalOptions.Quiet());
        var command = new FarmCommand(
            "verify",
            "Compare the whole store with what is recorded of it; exit code 1 if it is damaged and stays so.",
            [
                "farm store verify --check-contents",
                "farm store verify --check-contents --repair --from https://cache.example.org",
                "farm store verify --check-contents --json | jq '.findings[] | select(.isFault)'",
            ]
        )
        {
            s_checkContents,
            s_repair,
            from,
            json,
            quiet,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var sources = parsed.GetValue(from) ?? [];
                if (sources.Length > 0 && !parsed.GetValue(s_repair))
                    throw new CommandException("--from names sources for a repair; give --repair too.");
                await using var copies = parsed.GetValue(s_repair)
                    ? await GoodCopies.OpenAsync(verbs, parsed, store, sources, ct).ConfigureAwait(false)
                    : null;
                var options = new VerifyOptions(parsed.GetValue(s_checkContents), copies?.Source);
                VerifyReport report;
                await using (var display = verbs.Progress(parsed, json, quiet))
                {
                    var progress = display.From<VerifyProgress>(at => new WorkProgress(
                        "checking",
                        "paths",
                        at.PathsDone,
                        at.PathsTotal,
                        at.BytesDone,
                        at.BytesTotal
                    ));
                    report = await new StoreVerifier(store).VerifyAsync(options, progress, ct).ConfigureAwait(false);
                }
                if (parsed.GetValue(json))
                    verbs.WriteJson(VerifyDocument.From(store.StoreDir, report), CliJsonContext.Default.VerifyDocument);
                else
                    Write(verbs.Services.Terminal, store.StoreDir, report);
                if (report.HasErrors)
                    throw new CommandException("The store is damaged.");
            }
        );
        return command;
    }

    private static void Write(FarmTerminal terminal, StoreDir storeDir, VerifyReport report)
    {
        foreach (var finding in report.Findings)
            terminal.Out.WriteLine(FindingText.Of(storeDir, finding));
        var read = report.Bytes > 0 ? $", {ByteText.Of(report.Bytes)} read" : "";
        var rest = report.Unregistered > 0 ? $", {report.Unregistered} objects that are not valid" : "";
        terminal.Out.WriteLine($"{report.Paths} paths{read}{rest}");
    }
}
