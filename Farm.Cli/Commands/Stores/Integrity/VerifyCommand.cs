using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Http;
using Farm.Store.Integrity;
using Farm.Store.Local;

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
        var node = NodeAdmin.Option();
        var command = new FarmCommand(
            "verify",
            "Compare the whole store with what is recorded of it; exit code 1 if it is damaged and stays so.",
            [
                "farm store verify --check-contents",
                "farm store verify --check-contents --repair --from https://cache.example.org",
                "farm store verify --check-contents --node http://127.0.0.1:7410",
                "farm store verify --check-contents --json | jq '.findings[] | select(.isFault)'",
            ]
        )
        {
            s_checkContents,
            s_repair,
            from,
            node,
            json,
            quiet,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(node) is not { } address)
                    return await verbs
                        .RunAsync(parsed, store => OnStoreAsync(parsed, store, ct), ct)
                        .ConfigureAwait(false);
                if (parsed.GetValue(s_repair))
                    throw new CommandException(
                        "A running node is verified, not repaired; stop it, then repair its store with --store ROOT."
                    );
                Tell(
                    parsed,
                    await NodeAdmin.AskAsync(address, client => OnNodeAsync(parsed, client, ct)).ConfigureAwait(false)
                );
                return ExitCode.Done;
            }
        );
        return command;

        async Task OnStoreAsync(ParseResult parsed, LocalStore store, CancellationToken ct)
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
            Tell(parsed, VerifyAnswer.From(store.StoreDir, report));
        }

        async Task<VerifyAnswer> OnNodeAsync(ParseResult parsed, StoreAdminClient client, CancellationToken ct)
        {
            await using var display = verbs.Progress(parsed, json, quiet);
            return await client
                .VerifyAsync(new(parsed.GetValue(s_checkContents)), display.From<NodeStep>(NodeAdmin.Shown), ct)
                .ConfigureAwait(false);
        }

        void Tell(ParseResult parsed, VerifyAnswer found)
        {
            if (parsed.GetValue(json))
                verbs.WriteJson(found, CliJsonContext.Default.VerifyAnswer);
            else
                Write(verbs.Services.Terminal, found);
            if (found.HasErrors)
                throw new CommandException("The store is damaged.");
        }
    }

    private static void Write(FarmTerminal terminal, VerifyAnswer found)
    {
        foreach (var finding in found.Findings)
            terminal.Out.WriteLine(finding.Text);
        var read = found.BytesRead > 0 ? $", {ByteText.Of(found.BytesRead)} read" : "";
        var rest = found.Unregistered > 0 ? $", {found.Unregistered} objects that are not valid" : "";
        terminal.Out.WriteLine($"{found.Paths} paths{read}{rest}");
    }
}
