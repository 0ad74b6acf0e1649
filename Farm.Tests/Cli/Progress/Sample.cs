using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Tests.Cli.Progress;

/// <summary>Builds and steps to show.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly AttemptId Attempt = AttemptId.Create(new Guid("01900000-0000-7000-8000-000000000001"));

    public static StorePath Drv(string name) => StorePath.Parse($"3ghsl9sd83mc26i81adpa2fzf3yw4f68-{name}.drv");

    public static StepSummary Step(string name, StepStatus status) => new(Drv(name), name, status);

    public static StepSummary Running(string name, string worker, BuildPhase phase, int startedAfter = 0) =>
        Step(
            name,
            new StepStatus.Running(
                Attempt,
                WorkerId.Parse(worker),
                phase,
                Start.AddSeconds(startedAfter),
                Start.AddSeconds(startedAfter)
            )
        );

    public static StepSummary Failed(string name, string reason) => Step(name, new StepStatus.Failed(reason, Attempt));

    public static BuildView Build(
        StepCounts counts,
        ImmutableArray<StepSummary> running = default,
        ImmutableArray<StepSummary> failures = default
    ) =>
        new(
            BuildId.Create(7),
            BuildState.Building,
            Priority: 0,
            CreatedAt: Start,
            FinishedAt: null,
            Roots: [],
            counts,
            running.IsDefault ? [] : running,
            failures.IsDefault ? [] : failures
        );
}
