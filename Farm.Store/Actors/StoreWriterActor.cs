using System.Diagnostics;
using Farm.Store.Database;
using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>The one writer of a store's database: one transaction after the other, off its own thread.</summary>
internal sealed class StoreWriterActor : ReceiveActor
{
    private readonly PathWrites _writes;
    private PathLockState<Request> _state = new();

    public StoreWriterActor(PathWrites writes)
    {
        _writes = writes;
        Receive<StoreWrite>(write =>
        {
            (_state, var start) = _state.Arrive(new Request(write, Sender));
            Start(start);
        });
        Receive<OperationEnded>(ended =>
        {
            _state.Running!.Asker.Tell(ended); // Only a running write ends.
            (_state, var start) = _state.End();
            Start(start);
        });
    }

    private sealed record Request(StoreWrite Write, IActorRef Asker);

    private void Start(Request? request)
    {
        if (request is null)
            return;
        Task.Run<OperationEnded>(() => Perform(request.Write))
            .PipeTo(Self, failure: cause => new OperationEnded.Failed(cause));
    }

    private OperationEnded.Done Perform(StoreWrite write) =>
        new(
            write switch
            {
                StoreWrite.Register register => _writes.Register(register.Batch),
                StoreWrite.AddSignatures add => _writes.AddSignatures(add.Path, add.Signatures),
                StoreWrite.SetContents set => _writes.SetContents(set.Path, set.NarHash, set.NarSizeBytes),
                StoreWrite.RegisterRealisation register => _writes.Realisations.Register(register.Realisation),
                StoreWrite.Invalidate invalidate => _writes.Invalidate(invalidate.Path),
                StoreWrite.InvalidateUnused unused => _writes.InvalidateUnused(unused.Rows),
                _ => throw new UnreachableException(),
            }
        );
}
