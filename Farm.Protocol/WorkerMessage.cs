using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Farm.Protocol;

/// <summary>What a worker says on its session: what it is, what it is doing, and its logs.</summary>
/// <remarks>Each is one WebSocket text message; <c>type</c> is the manifest name, which never changes. Fields are only ever added, as optional ones.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "farm.session.v1.hello")]
[JsonDerivedType(typeof(CurrentState), "farm.session.v1.current-state")]
[JsonDerivedType(typeof(LogChunk), "farm.session.v1.log-chunk")]
[JsonDerivedType(typeof(Heartbeat), "farm.session.v1.heartbeat")]
public abstract record WorkerMessage
{
    private WorkerMessage() { }

    /// <summary>The first message of a session.</summary>
    /// <param name="ProtocolVersion">Must be <see cref="MessageCodec.Version"/>.</param>
    /// <param name="StoreDir">The worker's logical store directory, which must be the coordinator's.</param>
    /// <param name="CacheUrl">Where the worker serves its store as a binary cache; null when it does not.</param>
    /// <param name="Attempts">Attempts that it has, running or finished and not yet acknowledged.</param>
    public sealed record Hello(
        int ProtocolVersion,
        WorkerId Worker,
        string StoreDir,
        WorkerCapabilities Capabilities,
        Uri? CacheUrl,
        ImmutableArray<AttemptReport> Attempts
    ) : WorkerMessage;

    /// <summary>All attempts that the worker has; sent at each change and safe to repeat.</summary>
    public sealed record CurrentState(ImmutableArray<AttemptReport> Attempts) : WorkerMessage;

    /// <summary>A piece of an attempt's log.</summary>
    /// <param name="Offset">Position of the first byte in the log.</param>
    /// <param name="Bytes">At most <see cref="MessageCodec.MaxLogChunkBytes"/>; base64 in JSON. Not compared by value.</param>
    public sealed record LogChunk(AttemptId Attempt, long Offset, ReadOnlyMemory<byte> Bytes) : WorkerMessage;

    /// <summary>Says no more than that the worker lives.</summary>
    public sealed record Heartbeat : WorkerMessage;
}
