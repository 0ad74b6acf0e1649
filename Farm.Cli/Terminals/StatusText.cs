using System.Text;
using Farm.Cli.Progress;
using Farm.Protocol.Api;

namespace Farm.Cli.Terminals;

/// <summary>What <c>farm status</c>, <c>farm workers</c> and <c>farm builds</c> print for people.</summary>
internal static class StatusText
{
    public static string Of(StatusView status, Uri address, DateTimeOffset now, bool hasColour)
    {
        var steps = status.Steps;
        var text = new StringBuilder()
            .Append($"coordinator  {address} ({status.Coordinator}), up {DurationText.Of(now - status.StartedAt)}\n")
            .Append($"store        {status.StoreDir}\n")
            .Append(
                $"workers      {status.WorkersConnected} connected, {status.SlotsBusy} of {status.Slots} slots busy\n"
            )
            .Append(
                $"steps        {steps.Running} running, {steps.Runnable} ready, {steps.Waiting} waiting for inputs, "
            )
            .Append($"{steps.Done} done, {steps.Failed + steps.DependencyFailed} failed\n");
        if (status.Builds.Length > 0)
        {
            text.Append('\n').Append(Builds(status.Builds, now, hasColour));
        }
        if (status.Running.Length > 0)
        {
            text.Append('\n').Append(Running(status.Running, now, hasColour));
        }
        return text.ToString();
    }

    public static string Builds(IReadOnlyList<BuildSummary> builds, DateTimeOffset now, bool hasColour) =>
        TextTable.Render(
            ["BUILD", "STATE", "PRIORITY", "STEPS", "FAILED", "TIME", "FOR"],
            [
                .. builds.Select(build =>
                    (System.Collections.Immutable.ImmutableArray<string>)
                        [
                            build.Id.ToString(),
                            Word(build.State),
                            $"{build.Priority}",
                            $"{build.Counts.Done}/{build.Counts.Total()}",
                            $"{build.Counts.Failed + build.Counts.DependencyFailed}",
                            DurationText.Of((build.FinishedAt ?? now) - build.CreatedAt),
                            build.Roots is [var only]
                                ? only.Name
                                : $"{build.Roots[0].Name} and {build.Roots.Length - 1} more",
                        ]
                ),
            ],
            hasColour
        );

    public static string Workers(IReadOnlyList<WorkerView> workers, DateTimeOffset now, bool hasColour) =>
        TextTable.Render(
            ["WORKER", "STATE", "SLOTS", "SYSTEMS", "FEATURES", "RUNNING"],
            [
                .. workers.Select(worker =>
                    (System.Collections.Immutable.ImmutableArray<string>)
                        [
                            worker.Name.ToString(),
                            worker.QuarantinedUntil is { } until
                                ? $"{Word(worker.State)} for {DurationText.Of(until - now)}"
                                : Word(worker.State),
                            $"{worker.Running.Length}/{worker.Slots}",
                            string.Join(',', worker.Systems),
                            string.Join(',', worker.Features),
                            string.Join(", ", worker.Running.Select(step => step.Name)),
                        ]
                ),
            ],
            hasColour
        );

    /// <summary>The state as the API spells it.</summary>
    public static string Word(Enum state) => state.ToString().ToLowerInvariant();

    private static string Running(IReadOnlyList<StepSummary> steps, DateTimeOffset now, bool hasColour) =>
        TextTable.Render(
            ["STEP", "WORKER", "PHASE", "TIME"],
            [
                .. from step in steps
                let running = step.Status as StepStatus.Running
                where running is not null
                select (System.Collections.Immutable.ImmutableArray<string>)
                    [
                        step.Name,
                        running.Worker.ToString(),
                        PhaseText.Of(running.Phase),
                        DurationText.Of(now - running.Since),
                    ],
            ],
            hasColour
        );
}
