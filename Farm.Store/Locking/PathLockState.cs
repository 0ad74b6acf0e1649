using System.Collections.Immutable;

namespace Farm.Store.Locking;

/// <summary>One lock: which operation runs, and which wait, in the order of their arrival.</summary>
/// <param name="Running">The operation that runs; null where the lock is free, and then nothing waits.</param>
/// <param name="Waiting">Those that come after it.</param>
public sealed record PathLockState<TOperation>(TOperation? Running, ImmutableQueue<TOperation> Waiting)
    where TOperation : class
{
    /// <summary>A free lock.</summary>
    public PathLockState()
        : this(null, []) { }

    /// <summary>An operation arrives. Answers it where it is to start now, else null.</summary>
    public (PathLockState<TOperation> State, TOperation? Start) Arrive(TOperation operation) =>
        Running is null
            ? (this with { Running = operation }, operation)
            : (this with { Waiting = Waiting.Enqueue(operation) }, null);

    /// <summary>The running operation has ended. Answers the one to start now; null where the lock has become free.</summary>
    public (PathLockState<TOperation> State, TOperation? Start) End()
    {
        if (Running is null)
            throw new InvalidOperationException("nothing runs under this lock");
        if (Waiting.IsEmpty)
            return (new(), null);
        var rest = Waiting.Dequeue(out var next);
        return (new(next, rest), next);
    }
}
