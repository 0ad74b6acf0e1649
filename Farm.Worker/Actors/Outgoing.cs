using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Worker.Actors;

/// <summary>What waits to be sent in a session, in order.</summary>
internal abstract record Outgoing
{
    private Outgoing() { }

    public sealed record Message(WorkerMessage Value) : Outgoing;

    /// <summary>A piece of a log, read from the spool only when its turn has come.</summary>
    public sealed record LogPiece(AttemptKey Key, long Offset, int Count) : Outgoing;
}
