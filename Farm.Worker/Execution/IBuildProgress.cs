using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>What an executor says while it works.</summary>
public interface IBuildProgress
{
    /// <summary>Goes on to a phase. Before <see cref="BuildPhase.Building"/> this waits until a slot is free.</summary>
    ValueTask EnterAsync(BuildPhase phase, CancellationToken ct);

    /// <summary>Takes the next bytes of the builder's log.</summary>
    ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);
}
