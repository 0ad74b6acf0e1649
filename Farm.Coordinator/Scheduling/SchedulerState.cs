using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Everything that decisions are made from. Immutable: a decision gives a new one.</summary>
public sealed record SchedulerState
{
    private SchedulerState(SchedulerSettings settings, AttemptIdSource ids) => (Settings, Ids) = (settings, ids);

    /// <param name="seed">Random, different for each run of a coordinator.</param>
    public static SchedulerState Create(SchedulerSettings settings, Guid seed) =>
        new(settings, new AttemptIdSource(seed, 0));

    public SchedulerSettings Settings { get; }

    public AttemptIdSource Ids { get; internal init; }

    /// <summary>Steps by number; null where a number is free.</summary>
    public PersistentVector<StepNode?> Steps { get; internal init; } = new();

    public ImmutableStack<int> FreeNumbers { get; internal init; } = [];

    public ImmutableDictionary<StepKey, int> Numbers { get; internal init; } = ImmutableDictionary<StepKey, int>.Empty;

    /// <summary>Unfinished builds.</summary>
    public ImmutableSortedDictionary<BuildId, BuildNode> Builds { get; internal init; } =
        ImmutableSortedDictionary<BuildId, BuildNode>.Empty;

    public ImmutableSortedDictionary<WorkerId, WorkerNode> Workers { get; internal init; } =
        ImmutableSortedDictionary<WorkerId, WorkerNode>.Empty;

    /// <summary>Workers that take a build now.</summary>
    public ImmutableSortedSet<WorkerId> FreeWorkers { get; internal init; } = [];

    public ImmutableDictionary<StepRequirement, ReadyQueue> Ready { get; internal init; } =
        ImmutableDictionary<StepRequirement, ReadyQueue>.Empty;

    /// <summary>Steps that wait after a failure, by the time they wait for.</summary>
    public ImmutableSortedSet<(DateTimeOffset Until, int Number)> BackOffs { get; internal init; } = [];

    /// <summary>Of all steps.</summary>
    public StepCounts Counts { get; internal init; } = StepCounts.None;

    /// <summary>The step of a derivation; null when no unfinished build wants it. Where it is built again, that is the step.</summary>
    public StepNode? Find(StorePath drvPath) =>
        Find(new StepKey(drvPath, BuildMode.Check))
        ?? Find(new StepKey(drvPath, BuildMode.Repair))
        ?? Find(new StepKey(drvPath));

    /// <summary>A step; null when no unfinished build wants it.</summary>
    public StepNode? Find(StepKey key) => Numbers.TryGetValue(key, out var number) ? Steps[number] : null;

    /// <summary>The step with this number.</summary>
    /// <exception cref="InvalidOperationException">The number is free.</exception>
    public StepNode Step(int number) =>
        Steps[number] ?? throw new InvalidOperationException($"no step has the number {number}");
}
