using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

/// <summary>Takes a worker's core through events, one by one, and keeps its state and its clock.</summary>
internal sealed class WorkerDriver(WorkerProfile profile)
{
    public WorkerState State { get; private set; } = WorkerState.Starting(profile, SomeWorker.Start);

    public DateTimeOffset Now { get; private set; } = SomeWorker.Start;

    public WorkerEffect[] Do(WorkerEvent happened)
    {
        (State, var effects) = WorkerCore.Step(State, happened, Now);
        return [.. effects];
    }

    public WorkerEffect[] Pass(TimeSpan time)
    {
        Now += time;
        return Do(new WorkerEvent.Tick());
    }

    public WorkerEffect[] Hear(CoordinatorMessage message, long session = 1) =>
        Do(new WorkerEvent.MessageReceived(session, message));

    public WorkerEffect[] Desire(params DesiredAttempt[] orders) =>
        Hear(new CoordinatorMessage.DesiredState([.. orders]), SessionNumber);

    /// <summary>Opens a session and is welcomed.</summary>
    public WorkerDriver Connect(long session = 1)
    {
        Do(new WorkerEvent.SessionOpened(session));
        Hear(new CoordinatorMessage.Welcome("c1", TimeSpan.FromSeconds(10)), session);
        return this;
    }

    /// <summary>Brings an attempt from its start into the phase Building.</summary>
    public WorkerDriver Build(AttemptKey key)
    {
        var effects = Do(new WorkerEvent.SlotWanted(key));
        Assert.Contains(new WorkerEffect.GrantSlot(key), effects);
        return this;
    }

    public static IEnumerable<AttemptReport> Reported(IEnumerable<WorkerEffect> effects) =>
        effects
            .OfType<WorkerEffect.Send>()
            .Select(send => send.Message)
            .OfType<WorkerMessage.CurrentState>()
            .LastOrDefault()
            ?.Attempts
        ?? [];

    private long SessionNumber =>
        State.Session is SessionState.Live live
            ? live.Session
            : throw new InvalidOperationException("the worker is not connected");
}
