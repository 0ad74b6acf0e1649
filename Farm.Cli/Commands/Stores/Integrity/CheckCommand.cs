using System.CommandLine;
using System.Text;
using Farm.Cli.Settings;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Worker.Execution;
using Farm.Worker.Running;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary><c>farm store check</c>: builds derivations again and compares, as <c>nix-store --realise --check</c> does.</summary>
internal static class CheckCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var paths = StorePathArgument.Many();
        var keepFailed = new Option<bool>("--keep-failed", "-K")
        {
            Description =
                "Keep an output that comes out otherwise as PATH.check, and the build directory of a builder that fails.",
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Do not show what the builders print." };
        var command = new FarmCommand(
            "check",
            "Build derivations again whose outputs are valid, and tell whether the same comes out.",
            ["farm store check /nix/store/…-hello.drv", "farm store check --keep-failed /nix/store/…-hello.drv"]
        )
        {
            paths,
            keepFailed,
            quiet,
        };
        command.Aliases.Add("rebuild");
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var config = SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
                using var builds = new LocalBuilds(store, config);
                var terminal = verbs.Services.Terminal;
                var progress = new PrintedLog(parsed.GetValue(quiet) ? TextWriter.Null : terminal.Error);
                var options = BuildOptions.None with
                {
                    Mode = BuildMode.Check,
                    KeepsFailed = parsed.GetValue(keepFailed),
                };
                foreach (var text in parsed.GetRequiredValue(paths))
                {
                    var drv = StorePathArgument.Parse(store.Layout, text);
                    var outcome = await BuildAsync(store, builds, drv, options, progress, ct).ConfigureAwait(false);
                    if (outcome is not BuildOutcome.Built built)
                        throw new CommandException(Sentence(store.StoreDir, drv, outcome), CodeOf(outcome));
                    foreach (var output in built.Outputs)
                        terminal.Out.WriteLine(store.StoreDir.Print(output.Path));
                }
            }
        );
        return command;
    }

    private static async Task<BuildOutcome> BuildAsync(
        LocalStore store,
        LocalBuilds builds,
        StorePath drv,
        BuildOptions options,
        PrintedLog progress,
        CancellationToken ct
    )
    {
        var request =
            await new LocalRequests(store).FindAsync(drv, options, ct).ConfigureAwait(false)
            ?? throw new CommandException(
                $"'{store.StoreDir.Print(drv)}' cannot be built again: it is no derivation that is valid in this store with all its inputs."
            );
        var hold = await store.TempRoots.HoldAsync([drv, .. request.InputPaths], ct).ConfigureAwait(false);
        await using (hold.ConfigureAwait(false))
        {
            var closure = await store.ClosureAsync(request.InputPaths, ct).ConfigureAwait(false);
            try
            {
                return await new LocalBuildExecutor(builds.Parts())
                    .ExecuteAsync(LocalRequests.Assignment(request, closure), progress, ct)
                    .ConfigureAwait(false);
            }
            catch (SandboxException cause)
            {
                throw new CommandException(cause.Message, cause);
            }
        }
    }

    private static string Sentence(StoreDir storeDir, StorePath drv, BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.NotDeterministic { KeptOutput: { } kept } different =>
                $"derivation '{storeDir.Print(drv)}' may not be deterministic: output '{storeDir.Print(different.Output)}' differs from '{kept}'",
            BuildOutcome.NotDeterministic different =>
                $"derivation '{storeDir.Print(drv)}' may not be deterministic: output '{storeDir.Print(different.Output)}' differs",
            { KeptDirectory: { } directory } =>
                $"'{storeDir.Print(drv)}': {OutcomeSentence.Of(outcome)}; the build directory is kept at '{directory}'",
            _ => $"'{storeDir.Print(drv)}': {OutcomeSentence.Of(outcome)}",
        };

    private static int CodeOf(BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.NotDeterministic => ExitCode.NotDeterministic,
            BuildOutcome.TimedOut => ExitCode.BuildTimedOut,
            BuildOutcome.HashMismatch => ExitCode.HashMismatch,
            BuildOutcome.InfrastructureFailed or BuildOutcome.InputRejected => ExitCode.Refused,
            _ => ExitCode.BuildFailed,
        };

    /// <summary>Shows a builder's output as it comes.</summary>
    private sealed class PrintedLog(TextWriter writer) : IBuildProgress
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public ValueTask EnterAsync(BuildPhase phase, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            // A character may be in two pieces.
            var text = new char[_decoder.GetCharCount(bytes.Span, flush: false)];
            _decoder.GetChars(bytes.Span, text, flush: false);
            writer.Write(text);
            return ValueTask.CompletedTask;
        }
    }
}
