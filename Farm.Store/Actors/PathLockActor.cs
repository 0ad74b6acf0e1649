using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>One lock. Runs the operations that reach it one at a time, off its own thread, in the order of their arrival.</summary>
internal sealed class PathLockActor : ReceiveActor
{
    private readonly IActorRef _locks;
    private PathLockState<Request> _state = new();
    private long _taken;

    /// <param name="locks">The parent, through which an operation goes on to its next lock.</param>
    public PathLockActor(IActorRef locks)
    {
        _locks = locks;
        Receive<RunUnderLocks>(run =>
        {
            _taken++;
            (_state, var start) = _state.Arrive(new Request(run, Sender));
            Start(start);
        });
        Receive<OperationEnded>(Ended);
    }

    private sealed record Request(RunUnderLocks Run, IActorRef Asker);

    private void Start(Request? request)
    {
        if (request is null)
            return;
        var run = request.Run;
        var ended = run.IsLast
            ? RunAsync(run.Operation)
            : _locks.Ask<OperationEnded>(run with { Next = run.Next + 1 }, CancellationToken.None);
        ended.PipeTo(Self, failure: cause => new OperationEnded.Failed(cause));
    }

    private void Ended(OperationEnded ended)
    {
        var request = _state.Running!; // Only a running operation ends.
        request.Asker.Tell(ended);
        (_state, var start) = _state.End();
        Start(start);
        if (start is null)
            _locks.Tell(new PathLockIdle(request.Run.Key, _taken));
    }

    private static Task<OperationEnded> RunAsync(Func<Task<object?>> operation) =>
        Task.Run(async () =>
        {
            var result = await operation().ConfigureAwait(false);
            return (OperationEnded)new OperationEnded.Done(result);
        });
}
