using System.Collections.Immutable;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Actors;

/// <summary>What is said to and by the scheduler's actor.</summary>
internal abstract record SchedulerMessage
{
    private SchedulerMessage() { }

    /// <summary>Queue this; answered with a <see cref="BuildView"/> when it is durable.</summary>
    public sealed record AddBuild(BuildPlan Plan, int Priority, BuildOptions Options) : SchedulerMessage;

    /// <summary>Answered with <see cref="Cancelled"/> when it is durable.</summary>
    public sealed record CancelBuild(BuildId Build) : SchedulerMessage;

    /// <param name="WasThere">Whether the build was not over.</param>
    public sealed record Cancelled(bool WasThere) : SchedulerMessage;

    /// <summary>The sender wants the events of a build; told <see cref="BuildEvent"/>s, or <see cref="NotFollowed"/>.</summary>
    public sealed record FollowBuild(BuildId Build) : SchedulerMessage;

    /// <summary>The build is over, or there is none.</summary>
    public sealed record NotFollowed : SchedulerMessage;

    /// <summary>A session has said hello; the sender is told <see cref="Wanted"/> from now on.</summary>
    public sealed record SessionOpened(SchedulerEvent.WorkerConnected Connected) : SchedulerMessage;

    /// <summary>The worker has a newer session; the one that is told this ends.</summary>
    public sealed record SessionReplaced : SchedulerMessage;

    /// <summary>The coordinator ends; so does the session that is told this.</summary>
    public sealed record SessionEnds : SchedulerMessage;

    /// <summary>Answered with itself once everything that was taken up at the start is durable and can be read.</summary>
    public sealed record AwaitRestored : SchedulerMessage;

    public sealed record Happened(SchedulerEvent Event) : SchedulerMessage;

    /// <summary>Everything up to this decision is on disk.</summary>
    public sealed record Durable(long Decision) : SchedulerMessage;

    /// <summary>What a worker should be doing.</summary>
    public sealed record Wanted(ImmutableArray<WantedAttempt> Attempts) : SchedulerMessage;

    /// <param name="Options">Limits that the client set.</param>
    /// <param name="BuiltAs">The derivation that is built, where it is another; null where it is not known yet.</param>
    /// <param name="RealisationHash">Hash that what it comes to is recorded by; null where that is not recorded.</param>
    /// <param name="Recorded">Its outputs, where it is built again; else null.</param>
    public sealed record WantedAttempt(
        StorePath DrvPath,
        Attempt Attempt,
        BuildOptions Options,
        StorePath? BuiltAs,
        Sha256Digest? RealisationHash = null,
        ImmutableSortedDictionary<string, StorePath>? Recorded = null
    );
}
