using System.Collections.Immutable;
using System.Text;
using Farm.Cli.Progress;
using Farm.Protocol.Api;
using Farm.Store.Paths;

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
        foreach (var fetch in status.Fetching ?? [])
        {
            text.Append($"submitted    {For(fetch.Roots)}, {FetchText.Of(fetch)}\n");
        }
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
            ["BUILD", "STATE", "PRIORITY", "STEPS", "FAILED", "TIME", "CPU", "MEMORY", "WRITTEN", "FOR"],
            [
                .. builds.Select(build =>
                    (ImmutableArray<string>)
                        [
                            build.Id.ToString(),
                            Word(build.State),
                            $"{build.Priority}",
                            $"{build.Counts.Done}/{build.Counts.Total()}",
                            $"{build.Counts.Failed + build.Counts.DependencyFailed}",
                            DurationText.Of((build.FinishedAt ?? now) - build.CreatedAt),
                            build.Usage is { Builders: > 0 } used ? DurationText.Of(used.CpuTime) : "",
                            build.Usage is { PeakMemoryBytes: > 0 and var peak } ? ByteText.Of(peak) : "",
                            build.Usage is { Builders: > 0 } wrote ? ByteText.Of(wrote.WrittenBytes) : "",
                            For(build.Roots),
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
                    (ImmutableArray<string>)
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

    private static string For(ImmutableArray<StorePath> roots) =>
        roots is [var only] ? only.Name : $"{roots[0].Name} and {roots.Length - 1} more";

    private static string Running(IReadOnlyList<StepSummary> steps, DateTimeOffset now, bool hasColour) =>
        TextTable.Render(
            ["STEP", "WORKER", "PHASE", "TIME"],
            [
                .. from step in steps
                let running = step.Status as StepStatus.Running
                where running is not null
                select (ImmutableArray<string>)
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
