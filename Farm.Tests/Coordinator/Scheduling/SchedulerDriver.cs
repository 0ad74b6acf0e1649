using System.Collections.Immutable;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Tests.Coordinator.Scheduling;

/// <summary>Drives the scheduler by hand: short names for steps, a clock that only the test moves, and workers that answer when told to.</summary>
internal sealed class SchedulerDriver
{
    private long _session;
    private long _build;

    public SchedulerDriver(SchedulerSettings? settings = null) =>
        State = SchedulerState.Create(settings ?? Defaults, new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"));

    public static SchedulerSettings Defaults { get; } =
        new(
            new PhaseLimits(
                TimeSpan.FromSeconds(30),
                TimeSpan.FromSeconds(30),
                TimeSpan.FromMinutes(30),
                TimeSpan.FromHours(10),
                TimeSpan.FromMinutes(30),
                TimeSpan.FromMinutes(1)
            ),
            Grace: TimeSpan.FromSeconds(60),
            MaxAttempts: 5,
            FirstBackOff: TimeSpan.FromSeconds(1),
            LongestBackOff: TimeSpan.FromSeconds(60),
            QuarantineAfter: 3,
            FirstQuarantine: TimeSpan.FromSeconds(30),
            LongestQuarantine: TimeSpan.FromMinutes(10)
        );

    public SchedulerState State { get; private set; }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<SchedulerEffect> Effects { get; } = [];

    public Dictionary<string, long> Sessions { get; } = [];

    public static StorePath Drv(string name) => StorePath.Parse($"{HashOf(name)}-{name}.drv");

    public static StorePath Output(string name) => StorePath.Parse($"{HashOf(name)}-{name}");

    public static StepSpec Spec(
        string name,
        string[]? inputs = null,
        string system = "x86_64-linux",
        string[]? features = null,
        bool isValid = false,
        int seconds = 10
    ) =>
        new(
            Drv(name),
            name,
            StepRequirement.Create(system, features ?? []),
            [.. (inputs ?? []).Select(Drv)],
            ImmutableSortedDictionary<string, StorePath>.Empty.Add("out", Output(name)),
            isValid,
            TimeSpan.FromSeconds(seconds)
        );

    /// <summary>A step whose one output is known only when it is built, or when its inputs are.</summary>
    public static StepSpec OpenSpec(string name, params string[] inputs) =>
        Spec(name, inputs) with
        {
            Outputs = ImmutableSortedDictionary.Create<string, StorePath>(StringComparer.Ordinal),
            OpenOutputs = ["out"],
            NeedsResolution = inputs.Length > 0,
        };

    public ImmutableArray<SchedulerEffect> Happen(SchedulerEvent happened)
    {
        (State, var effects) = Scheduler.Step(State, happened, Now);
        Effects.AddRange(effects);
        return effects;
    }

    public ImmutableArray<SchedulerEffect> Pass(TimeSpan time)
    {
        Now += time;
        return Happen(new SchedulerEvent.Tick());
    }

    public BuildId Queue(string[] roots, params StepSpec[] steps) => Queue(0, roots, steps);

    public BuildId Queue(int priority, string[] roots, params StepSpec[] steps) =>
        Queue(BuildMode.Normal, priority, roots, steps);

    public BuildId Queue(BuildMode mode, int priority, string[] roots, params StepSpec[] steps)
    {
        var id = BuildId.Create(++_build);
        Happen(new SchedulerEvent.BuildQueued(id, priority, Now, [.. roots.Select(Drv)], [.. steps], mode));
        return id;
    }

    public void Connect(
        string worker,
        int slots = 1,
        string[]? systems = null,
        string[]? features = null,
        params AttemptReport[] has
    )
    {
        Sessions[worker] = ++_session;
        Happen(
            new SchedulerEvent.WorkerConnected(
                WorkerId.Parse(worker),
                _session,
                new WorkerCapabilities([.. systems ?? ["x86_64-linux"]], [.. features ?? []], [], slots),
                null,
                [.. has]
            )
        );
    }

    public void Disconnect(string worker) =>
        Happen(new SchedulerEvent.WorkerDisconnected(WorkerId.Parse(worker), Sessions[worker]));

    public ImmutableArray<SchedulerEffect> Report(string worker, params AttemptReport[] has) =>
        Happen(new SchedulerEvent.WorkerReported(WorkerId.Parse(worker), Sessions[worker], [.. has]));

    public StepState StateOf(string step) => State.Find(Drv(step))!.State; // a test asks only for steps that are there

    public Attempt AttemptOf(string step) => Assert.IsType<StepState.Assigned>(StateOf(step)).Attempt;

    public string[] Running(string worker) =>
        [.. State.Workers[WorkerId.Parse(worker)].Attempts.Values.Select(number => State.Step(number).Spec.Name)];

    public static AttemptReport In(Attempt attempt, BuildPhase phase) => new(attempt.Id, attempt.Epoch, phase, 0);

    public static AttemptReport Ended(Attempt attempt, BuildOutcome outcome) =>
        new(attempt.Id, attempt.Epoch, BuildPhase.Finished, 0, outcome);

    public void Finish(string step, BuildOutcome outcome)
    {
        var attempt = AttemptOf(step);
        Report(attempt.Worker.Name, [.. Others(attempt), Ended(attempt, outcome)]);
    }

    public void Succeed(string step)
    {
        var attempt = AttemptOf(step);
        Finish(step, new BuildOutcome.Built([], TimeSpan.Zero, TimeSpan.Zero));
        Happen(new SchedulerEvent.OutputsVerified(attempt.Worker, attempt.Id, []));
    }

    private IEnumerable<AttemptReport> Others(Attempt but) =>
        State
            .Workers[but.Worker]
            .Attempts.Values.Select(number => State.Step(number).State.LiveAttempt!) // a worker's attempts are live
            .Where(attempt => attempt.Id != but.Id && attempt.Phase != BuildPhase.Finished)
            .Select(attempt => In(attempt, attempt.Phase));

    private static string HashOf(string name)
    {
        const string alphabet = "0123456789abcdfghijklmnpqrsvwxyz";
        Span<char> hash = stackalloc char[32];
        hash.Fill('0');
        ulong value = 14695981039346656037;
        foreach (var c in name)
        {
            value = (value ^ c) * 1099511628211;
        }

        for (var i = 4; i < 16; i++, value >>= 5)
        {
            hash[i] = alphabet[(int)(value & 31)];
        }

        return new string(hash);
    }
}
