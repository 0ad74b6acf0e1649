using Farm.Store.Database;

namespace Farm.Store.Actors;

/// <summary>The one writer of a store's database: one transaction after the other, off its own thread. What arrives meanwhile is
/// put together in the next one.</summary>
internal sealed class StoreWriterActor : ReceiveActor
{
    /// <summary>The first of them waits for the last, so there must be an end.</summary>
    private const int MostTogether = 64;

    private readonly PathWrites _writes;
    private readonly Queue<Request> _waiting = new();
    private Request[] _running = [];

    public StoreWriterActor(PathWrites writes)
    {
        _writes = writes;
        Receive<StoreWrite>(write =>
        {
            _waiting.Enqueue(new(write, Sender));
            Start();
        });
        Receive<GroupEnded>(ended =>
        {
            for (var i = 0; i < _running.Length; i++)
                _running[i].Asker.Tell(ended.Each[i]);
            _running = [];
            Start();
        });
    }

    private sealed record Request(StoreWrite Write, IActorRef Asker);

    private sealed record GroupEnded(OperationEnded[] Each);

    private void Start()
    {
        if (_running.Length > 0 || _waiting.Count == 0)
            return;
        var group = new Request[Math.Min(MostTogether, _waiting.Count)];
        for (var i = 0; i < group.Length; i++)
            group[i] = _waiting.Dequeue();
        _running = group;
        Task.Run(() => new GroupEnded(WriteGroup.Perform(_writes, [.. group.Select(request => request.Write)])))
            .PipeTo(Self, failure: cause => new GroupEnded([.. group.Select(_ => new OperationEnded.Failed(cause))]));
    }
}
