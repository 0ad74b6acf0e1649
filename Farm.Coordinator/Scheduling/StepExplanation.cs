using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Why a step is where it is, and above all why it does not run.</summary>
public abstract record StepExplanation
{
    private StepExplanation() { }

    /// <param name="First">The first of the inputs that are not done.</param>
    public sealed record WaitingForInputs(int Count, StorePath First) : StepExplanation;

    /// <summary>Its inputs are there; it is being looked up what is to be built with them.</summary>
    public sealed record BeingResolved : StepExplanation;

    /// <summary>No worker that the farm knows has the system.</summary>
    public sealed record NoWorkerWithSystem(string System) : StepExplanation;

    /// <summary>Workers have the system, but none has all features, or all of them demand features that the step does not require.</summary>
    public sealed record NoWorkerWithFeatures(string Requirement) : StepExplanation;

    /// <summary>There are workers for it, but none is connected.</summary>
    public sealed record WorkersDisconnected(ImmutableSortedSet<WorkerId> Workers) : StepExplanation;

    /// <summary>The workers for it were taken out.</summary>
    public sealed record WorkersQuarantined(DateTimeOffset Until) : StepExplanation;

    /// <summary>All slots of the workers for it are taken.</summary>
    /// <param name="Ahead">Steps with the same requirement that go first.</param>
    public sealed record SlotsBusy(int Workers, int Ahead) : StepExplanation;

    public sealed record BackingOff(DateTimeOffset Until, int Failures) : StepExplanation;

    public sealed record Running(WorkerId Worker, BuildPhase Phase) : StepExplanation;

    public sealed record Over(StepState State) : StepExplanation;

    public sealed override string ToString() =>
        this switch
        {
            WaitingForInputs waiting => $"waits for {waiting.Count} inputs, such as '{waiting.First}'",
            BeingResolved => "its inputs are there, and what it comes to with them is being looked up",
            NoWorkerWithSystem none => $"no worker builds for {none.System}",
            NoWorkerWithFeatures none => $"no worker builds for {none.Requirement}",
            WorkersDisconnected gone => $"not connected: {string.Join(", ", gone.Workers)}",
            WorkersQuarantined quarantined => $"its workers are taken out until {Print(quarantined.Until)}",
            SlotsBusy busy => $"all slots of {busy.Workers} workers are taken, and {busy.Ahead} steps go first",
            BackingOff backingOff =>
                $"waits until {Print(backingOff.Until)} after {backingOff.Failures} failures of workers",
            Running running => $"{running.Phase} on {running.Worker}",
            Over { State: StepState.Done } => "done",
            Over { State: StepState.Failed failed } => failed.Reason,
            Over { State: StepState.DependencyFailed failed } => $"needs '{failed.FailedStep}', which failed",
            _ => throw new UnreachableException(),
        };

    private static string Print(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
