namespace Farm.Store.Actors;

/// <summary>The actors of one store. Where one fails, whoever waits for it is told, and so is the node.</summary>
internal sealed class StoreActors : IAsyncDisposable
{
    private static readonly TimeSpan s_stopWithin = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly IActorRef _guardian;
    private readonly Task _ending;

    private StoreActors(ActorSystem system)
    {
        var failed = _failed;
        _guardian = system.ActorOf(Props.Create(() => new VitalActors(failed)));
        _ending = EndWaitersAsync();
    }

    public static StoreActors Begin(ActorSystem system) => new(system);

    /// <summary>Fails with a <see cref="VitalActorException"/> when one of the actors has failed; completes when they are stopped.</summary>
    public Task Failure => _failed.Task;

    public Task<IActorRef> BeginAsync(Props props, string name, CancellationToken ct) =>
        _guardian.Ask<IActorRef>(new VitalActors.Begin(props, name), ct);

    /// <summary>Asks one of the actors to do something, and gives its result.</summary>
    /// <exception cref="VitalActorException">An actor of the store has failed, and the answer may never come.</exception>
    public async Task<OperationEnded> AskAsync(IActorRef actor, object message)
    {
        ObjectDisposedException.ThrowIf(_failed.Task.IsCompletedSuccessfully, this);
        try
        {
            return await actor.Ask<OperationEnded>(message, _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            await Failure.ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(StoreActors));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _guardian.GracefulStop(s_stopWithin).ConfigureAwait(false);
        _failed.TrySetResult();
        await _ending.ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task EndWaitersAsync()
    {
        await Failure.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await _ended.CancelAsync().ConfigureAwait(false);
    }
}
