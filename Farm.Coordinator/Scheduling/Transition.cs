using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>One decision in the making: the state as changed so far and the effects so far.</summary>
/// <remarks>Every change of a step or worker goes through here, so that queues, counts and free workers always agree with them. It lives
/// for one <see cref="Scheduler.Step"/> and never leaves it.</remarks>
internal sealed class Transition(SchedulerState before, DateTimeOffset now)
{
    private readonly ImmutableArray<SchedulerEffect>.Builder _effects = ImmutableArray.CreateBuilder<SchedulerEffect>();
    private readonly SortedSet<BuildId> _touchedBuilds = [];
    private readonly SortedSet<WorkerId> _changedDesires = [];
    private PersistentVector<StepNode?> _steps = before.Steps;
    private ImmutableStack<int> _freeNumbers = before.FreeNumbers;
    private ImmutableDictionary<StepKey, int> _numbers = before.Numbers;
    private ImmutableSortedDictionary<BuildId, BuildNode> _builds = before.Builds;
    private ImmutableSortedDictionary<WorkerId, WorkerNode> _workers = before.Workers;
    private ImmutableSortedSet<WorkerId> _freeWorkers = before.FreeWorkers;
    private ImmutableDictionary<StepRequirement, ReadyQueue> _ready = before.Ready;
    private ImmutableSortedSet<(DateTimeOffset Until, int Number)> _backOffs = before.BackOffs;
    private StepCounts _counts = before.Counts;
    private AttemptIdSource _ids = before.Ids;

    public DateTimeOffset Now { get; } = now;

    public SchedulerSettings Settings => before.Settings;

    public ImmutableSortedDictionary<BuildId, BuildNode> Builds => _builds;

    public ImmutableSortedDictionary<WorkerId, WorkerNode> Workers => _workers;

    public ImmutableSortedSet<WorkerId> FreeWorkers => _freeWorkers;

    public ImmutableDictionary<StepRequirement, ReadyQueue> Ready => _ready;

    public ImmutableSortedSet<(DateTimeOffset Until, int Number)> BackOffs => _backOffs;

    /// <summary>Builds of which a step became final.</summary>
    public IReadOnlyCollection<BuildId> TouchedBuilds => _touchedBuilds;

    public StepNode Step(int number) =>
        _steps[number] ?? throw new InvalidOperationException($"no step has the number {number}");

    public int? Number(StepKey key) => _numbers.TryGetValue(key, out var number) ? number : null;

    /// <summary>The steps of a derivation, one for each purpose that it is built for.</summary>
    public IEnumerable<StepNode> StepsOf(StorePath drvPath) =>
        from mode in Enum.GetValues<BuildMode>()
        let number = Number(new StepKey(drvPath, mode))
        where number is not null
        select Step(number.Value);

    public AttemptId NextAttemptId()
    {
        (var id, _ids) = _ids.Next(Now);
        return id;
    }

    public void Emit(SchedulerEffect effect) => _effects.Add(effect);

    /// <summary>The worker is to be told what it should be doing, once, at the end.</summary>
    public void DesiresChanged(WorkerId worker) => _changedDesires.Add(worker);

    public void BuildTouched(BuildId build) => _touchedBuilds.Add(build);

    public int AddStep(Func<int, StepNode> make)
    {
        int number;
        if (_freeNumbers.IsEmpty)
        {
            number = _steps.Count;
            _steps = _steps.Add(null);
        }
        else
        {
            _freeNumbers = _freeNumbers.Pop(out number);
        }

        var step = make(number);
        _steps = _steps.Set(number, step);
        _numbers = _numbers.Add(step.Key, number);
        _counts = _counts.With(step.State, +1);
        Enter(step);
        return number;
    }

    public void DropStep(StepNode step)
    {
        Leave(step);
        _counts = _counts.With(step.State, -1);
        _numbers = _numbers.Remove(step.Key);
        _steps = _steps.Set(step.Number, null);
        _freeNumbers = _freeNumbers.Push(step.Number);
    }

    /// <summary>Replaces a step; its state, its priority and its builds may differ.</summary>
    public void SetStep(StepNode step)
    {
        var old = Step(step.Number);
        var queued = old.State != step.State || old.Priority != step.Priority;
        if (queued)
        {
            Leave(old);
        }

        _steps = _steps.Set(step.Number, step);
        if (queued)
        {
            Enter(step);
        }
    }

    /// <summary>Moves a step to another state, with the counts of its builds, and tells.</summary>
    public StepNode Move(StepNode step, StepState state)
    {
        var moved = step with { State = state };
        SetStep(moved);
        _counts = _counts.Moved(step.State, state);
        foreach (var id in step.Builds)
        {
            var build = _builds[id];
            _builds = _builds.SetItem(
                id,
                build with
                {
                    Counts = build.Counts.Moved(step.State, state),
                    HasStarted = build.HasStarted || state is StepState.Assigned,
                }
            );
            if (state.IsFinal)
            {
                _touchedBuilds.Add(id);
            }
        }

        Emit(
            new SchedulerEffect.StepChanged(
                Views.Summary(moved),
                moved.Builds,
                moved.Spec.Outputs,
                !moved.Spec.OpenOutputs.IsEmpty
            )
        );
        return moved;
    }

    public void SetBuild(BuildNode build) => _builds = _builds.SetItem(build.Id, build);

    public void DropBuild(BuildId build) => _builds = _builds.Remove(build);

    public void SetWorker(WorkerNode worker)
    {
        var matchesAnew =
            !_workers.TryGetValue(worker.Id, out var old) || !ReferenceEquals(old.Capabilities, worker.Capabilities);
        _workers = _workers.SetItem(worker.Id, worker);
        _freeWorkers = worker.FreeSlots > 0 ? _freeWorkers.Add(worker.Id) : _freeWorkers.Remove(worker.Id);
        if (matchesAnew)
        {
            _ready = _ready.ToImmutableDictionary(
                queue => queue.Key,
                queue =>
                    queue.Value with
                    {
                        Matching = Matching.Meets(worker.Capabilities, queue.Key)
                            ? queue.Value.Matching.Add(worker.Id)
                            : queue.Value.Matching.Remove(worker.Id),
                    }
            );
        }
    }

    public (SchedulerState State, ImmutableArray<SchedulerEffect> Effects) Finish()
    {
        foreach (var worker in _changedDesires)
        {
            Emit(new SchedulerEffect.DesiresChanged(worker));
        }

        var after = before with
        {
            Steps = _steps,
            FreeNumbers = _freeNumbers,
            Numbers = _numbers,
            Builds = _builds,
            Workers = _workers,
            FreeWorkers = _freeWorkers,
            Ready = _ready,
            BackOffs = _backOffs,
            Counts = _counts,
            Ids = _ids,
        };
        return (after, _effects.DrainToImmutable());
    }

    /// <summary>Puts a step where its state belongs.</summary>
    private void Enter(StepNode step)
    {
        switch (step.State)
        {
            case StepState.Runnable:
                var queue = _ready.GetValueOrDefault(step.Spec.Requirement) ?? NewQueue(step.Spec.Requirement);
                var steps = queue.Steps.Add(new QueuedStep(step.Priority, step.Number));
                _ready = _ready.SetItem(step.Spec.Requirement, queue with { Steps = steps });
                break;
            case StepState.BackingOff backingOff:
                _backOffs = _backOffs.Add((backingOff.Until, step.Number));
                break;
            default:
                break;
        }
    }

    private void Leave(StepNode step)
    {
        switch (step.State)
        {
            case StepState.Runnable:
                var queue = _ready[step.Spec.Requirement];
                var steps = queue.Steps.Remove(new QueuedStep(step.Priority, step.Number));
                _ready = _ready.SetItem(step.Spec.Requirement, queue with { Steps = steps });
                break;
            case StepState.BackingOff backingOff:
                _backOffs = _backOffs.Remove((backingOff.Until, step.Number));
                break;
            default:
                break;
        }
    }

    private ReadyQueue NewQueue(StepRequirement requirement) =>
        new(
            [],
            [
                .. _workers
                    .Values.Where(worker => Matching.Meets(worker.Capabilities, requirement))
                    .Select(worker => worker.Id),
            ]
        );
}
