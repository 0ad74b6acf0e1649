using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Farm.Protocol;

/// <summary>What the coordinator says on a worker's session: what the worker should be doing.</summary>
/// <remarks>Each is one WebSocket text message; <c>type</c> is the manifest name, which never changes. Fields are only ever added, as optional ones.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Welcome), "farm.session.v1.welcome")]
[JsonDerivedType(typeof(DesiredState), "farm.session.v1.desired-state")]
[JsonDerivedType(typeof(LogAcknowledged), "farm.session.v1.log-acknowledged")]
[JsonDerivedType(typeof(Refused), "farm.session.v1.refused")]
public abstract record CoordinatorMessage
{
    private CoordinatorMessage() { }

    /// <summary>The first message, in answer to a hello that is accepted.</summary>
    /// <param name="Coordinator">Identity of the coordinator's database; it changes when the farm starts anew with an empty one.</param>
    /// <param name="HeartbeatInterval">The worker sends something at least this often; after three times as long in silence the session is closed.</param>
    public sealed record Welcome(string Coordinator, TimeSpan HeartbeatInterval) : CoordinatorMessage;

    /// <summary>Everything the worker should be doing. What it does besides, it stops and forgets.</summary>
    public sealed record DesiredState(ImmutableArray<DesiredAttempt> Attempts) : CoordinatorMessage;

    /// <summary>The log up to (not including) this offset is on the coordinator's disk; the worker goes on from there.</summary>
    /// <remarks>Sent after each stored chunk, after a chunk that leaves a gap, and for each attempt that a hello names.</remarks>
    public sealed record LogAcknowledged(AttemptId Attempt, long Offset) : CoordinatorMessage;

    /// <summary>The session is not wanted and is closed after this message.</summary>
    /// <param name="Reason">One sentence that says what to do.</param>
    /// <param name="IsFinal">Whether connecting again with the same settings is useless.</param>
    public sealed record Refused(string Reason, bool IsFinal) : CoordinatorMessage;
}
