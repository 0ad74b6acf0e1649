using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Steps;

/// <summary>Says in Nix's words why a build failed, with Nix's status.</summary>
internal static class StepFailures
{
    /// <param name="outcome">How it ended, not well.</param>
    /// <param name="storeDir">For the paths.</param>
    /// <param name="drvPath">The derivation.</param>
    /// <param name="goal">Nix's name for the whole: <c>building of '…' from .drv file</c>.</param>
    /// <param name="isSandboxed">Whether the kind of the derivation forbids influences from outside.</param>
    /// <param name="tail">The last lines of the log.</param>
    public static BuildResult Of(
        BuildOutcome outcome,
        StoreDir storeDir,
        StorePath drvPath,
        string goal,
        bool isSandboxed,
        ImmutableArray<string> tail
    )
    {
        var drv = storeDir.Print(drvPath);
        return outcome switch
        {
            BuildOutcome.BuilderFailed failed => BuildResult.Failed(
                isSandboxed ? BuildStatus.PermanentFailure : BuildStatus.TransientFailure,
                $"builder for '{NixText.Value(drv)}' {HowItEnded(failed.End)}{Tail(drv, tail)}"
            ),
            BuildOutcome.TimedOut(TimeLimit.Total, var after) => BuildResult.Failed(
                BuildStatus.TimedOut,
                $"{goal} timed out after {Seconds(after)} seconds"
            ),
            BuildOutcome.TimedOut(_, var after) => BuildResult.Failed(
                BuildStatus.TimedOut,
                $"{goal} timed out after {Seconds(after)} seconds of silence"
            ),
            BuildOutcome.LogLimitExceeded(var limit) => BuildResult.Failed(
                BuildStatus.LogLimitExceeded,
                $"{goal} killed after writing more than {limit.ToString(CultureInfo.InvariantCulture)} bytes of log output"
            ),
            BuildOutcome.OutputRejected(var reason) => BuildResult.Failed(
                BuildStatus.OutputRejected,
                $"builder for '{NixText.Value(drv)}' made what is refused: {reason}"
            ),
            BuildOutcome.HashMismatch(_, var expected, var actual) => BuildResult.Failed(
                BuildStatus.OutputRejected,
                $"hash mismatch in fixed-output derivation '{NixText.Value(drv)}':\n  specified: {Sri(expected)}\n     got:    {Sri(actual)}"
            ),
            BuildOutcome.InputRejected(var reason) => BuildResult.Failed(BuildStatus.InputRejected, reason),
            BuildOutcome.InfrastructureFailed failed => BuildResult.Failed(
                failed.IsTransient ? BuildStatus.TransientFailure : BuildStatus.MiscFailure,
                $"'{NixText.Value(drv)}' could not be built: {failed.Reason}"
            ),
            BuildOutcome.NotDeterministic(var output, var kept) => BuildResult.Failed(
                BuildStatus.NotDeterministic,
                $"derivation '{NixText.Value(drv)}' may not be deterministic: output '{NixText.Value(storeDir.Print(output))}' differs{(kept is null ? "" : $" from '{NixText.Value(kept)}'")}"
            ),
            BuildOutcome.MemoryExceeded(var limit) => BuildResult.Failed(
                BuildStatus.TransientFailure,
                $"builder for '{NixText.Value(drv)}' used more memory than the {Number(limit)} bytes that it may{Tail(drv, tail)}"
            ),
            BuildOutcome.Cancelled => BuildResult.Failed(
                BuildStatus.MiscFailure,
                $"building of '{NixText.Value(drv)}' was cancelled"
            ),
            _ => throw new UnreachableException($"{outcome.GetType()} is no failure."),
        };
    }

    private static string HowItEnded(ProcessEnd end) =>
        end switch
        {
            ProcessEnd.Exited(var code) => $"failed with exit code {NixText.Value(Number(code))}",
            ProcessEnd.Signalled(var signal) =>
                $"failed due to signal {NixText.Value(Number(signal))} ({NixText.Value(SignalNames.Of(signal))})",
            _ => throw new UnreachableException(),
        };

    /// <summary>The end of a log, as Nix adds it to a message.</summary>
    public static string Tail(string drv, ImmutableArray<string> lines) =>
        lines.IsEmpty
            ? ""
            : $";\nlast {Number(lines.Length)} log lines:\n{string.Concat(lines.Select(line => $"> {line}\n"))}For full logs, run '{NixText.Bold($"nix log {drv}")}'.";

    /// <summary>The hash of a content address in the form of subresource integrity; as it is where it is none.</summary>
    private static string Sri(string address) =>
        ContentAddress.TryParse(address, out var parsed) ? parsed.Hash.Print(HashFormat.Sri) : address;

    private static string Seconds(TimeSpan time) => Number((long)time.TotalSeconds);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
