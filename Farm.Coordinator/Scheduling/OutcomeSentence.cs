using System.Diagnostics;
using System.Globalization;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>An outcome in one sentence, for people.</summary>
public static class OutcomeSentence
{
    public static string Of(BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.Built => "built",
            BuildOutcome.BuilderFailed failed => $"the builder failed with {failed.End}",
            BuildOutcome.TimedOut { Limit: TimeLimit.Silent } silent =>
                $"the builder wrote nothing for {Seconds(silent.After)}",
            BuildOutcome.TimedOut total => $"the builder ran for longer than {Seconds(total.After)}",
            BuildOutcome.LogLimitExceeded exceeded => $"the log grew beyond {exceeded.LimitBytes} bytes",
            BuildOutcome.OutputRejected rejected => $"an output was refused: {rejected.Reason}",
            BuildOutcome.HashMismatch mismatch =>
                $"the hash of '{mismatch.Output}' is {mismatch.Actual}, but the derivation says {mismatch.Expected}",
            BuildOutcome.NotDeterministic different =>
                $"'{different.Output}' came out otherwise when it was built again{Hashes(different)}{(different.KeptOutput is { } kept ? $": the other is at '{kept}'" : "")}",
            BuildOutcome.MemoryExceeded exceeded =>
                $"the builder was killed because it used more memory than {exceeded.LimitBytes} bytes",
            BuildOutcome.InputRejected rejected => $"the derivation cannot be built: {rejected.Reason}",
            BuildOutcome.InfrastructureFailed failed => failed.Reason,
            BuildOutcome.Cancelled => "called off",
            _ => throw new UnreachableException(),
        };

    private static string Hashes(BuildOutcome.NotDeterministic different) =>
        different is { RecordedHash: { } recorded, BuiltHash: { } built } ? $", as {built} instead of {recorded}" : "";

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
