namespace Farm.Store.Actors;

/// <summary>The parent of the actors that a node cannot do without.</summary>
/// <remarks>One that fails has a state that cannot be trusted, and begun again it would have none: it is stopped, and its failure is the node's.
/// The node then ends, and its next life takes up what is on disk.</remarks>
public sealed class VitalActors : ReceiveActor
{
    private readonly TaskCompletionSource _failed;

    /// <param name="failed">Gets the <see cref="VitalActorException"/> of the first failure.</param>
    public VitalActors(TaskCompletionSource failed)
    {
        _failed = failed;
        Receive<Begin>(begin => Sender.Tell(Context.ActorOf(begin.Props, begin.Name)));
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(cause =>
        {
            _failed.TrySetException(new VitalActorException(Sender.Path.Name, cause));
            return Directive.Stop;
        });

    /// <summary>Begins an actor; answered with its <see cref="IActorRef"/>.</summary>
    /// <param name="Props">What it is.</param>
    /// <param name="Name">What it is called when it fails.</param>
    public sealed record Begin(Props Props, string Name);
}
