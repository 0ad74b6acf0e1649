using System.Collections.Immutable;
using System.Text;
using Farm.Cli.Progress;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli.Terminals;

/// <summary>What <c>farm explain</c> prints for people.</summary>
internal static class ExplanationText
{
    public static string Of(StepView step, StoreDir storeDir, DateTimeOffset now, bool hasColour)
    {
        var needs = step.RequiredFeatures.Length == 0 ? "" : $" with {string.Join(", ", step.RequiredFeatures)}";
        var text = new StringBuilder()
            .Append($"{storeDir.Print(step.DrvPath)}\n")
            .Append($"{StepStatusText.Of(step.Status)}\n")
            .Append($"{step.Explanation}\n\n")
            .Append($"system   {step.System}{needs}\n")
            .Append($"builds   {(step.Builds.Length == 0 ? "none unfinished" : string.Join(", ", step.Builds))}\n");
        foreach (var (name, path) in step.Outputs)
        {
            text.Append($"output   {name}: {storeDir.Print(path)}\n");
        }
        if (step.Inputs.Any(input => input.Status is not StepStatus.Done))
        {
            text.Append('\n').Append(Inputs(step, storeDir, hasColour));
        }
        if (step.Attempts.Length > 0)
        {
            text.Append('\n').Append(Attempts(step, now, hasColour));
        }
        return text.ToString();
    }

    private static string Inputs(StepView step, StoreDir storeDir, bool hasColour) =>
        TextTable.Render(
            ["NEEDS", "WHICH IS"],
            [
                .. from input in step.Inputs
                where input.Status is not StepStatus.Done
                select (ImmutableArray<string>)[storeDir.Print(input.DrvPath), StepStatusText.Of(input.Status)],
            ],
            hasColour
        );

    private static string Result(AttemptView attempt) =>
        attempt.KeptDirectory is { } kept
            ? $"{attempt.Result}; build directory kept on {attempt.Worker} at '{kept}'"
            : attempt.Result ?? "";

    private static string Attempts(StepView step, DateTimeOffset now, bool hasColour) =>
        TextTable.Render(
            ["ATTEMPT", "WORKER", "PHASE", "TIME", "CPU", "MEMORY", "WRITTEN", "LOG", "RESULT"],
            [
                .. step.Attempts.Select(attempt =>
                    (ImmutableArray<string>)
                        [
                            attempt.Id.ToString(),
                            attempt.Worker.ToString(),
                            PhaseText.Of(attempt.Phase),
                            DurationText.Of((attempt.FinishedAt ?? now) - attempt.StartedAt),
                            attempt.Usage is { } used ? DurationText.Of(used.CpuTime()) : "",
                            attempt.Usage is { PeakMemoryBytes: > 0 and var peak } ? ByteText.Of(peak) : "",
                            attempt.Usage is { } wrote ? ByteText.Of(wrote.WrittenBytes) : "",
                            ByteText.Of(attempt.LogBytes),
                            Result(attempt),
                        ]
                ),
            ],
            hasColour
        );
}
