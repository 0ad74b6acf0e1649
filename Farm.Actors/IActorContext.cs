namespace Farm.Actors;

/// <summary>What an actor may use of its surroundings, from inside a handler or a lifecycle hook.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }
    Props Props { get; }

    /// <summary>Who sent the current message; the dead letters when nobody did.</summary>
    IActorRef Sender { get; }
    ActorSystem System { get; }
    IActorRef Parent { get; }

    /// <summary>Null when no receive timeout is set.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary><see cref="ActorRefs.Nobody"/> when there is no such child.</summary>
    IActorRef Child(string name);

    /// <summary>All children that have not yet ended, those being stopped included.</summary>
    IEnumerable<IActorRef> GetChildren();
    void Become(Receive receive);
    void BecomeStacked(Receive receive);
    void UnbecomeStacked();

    /// <summary>Sends <see cref="Actors.ReceiveTimeout"/> to self after each such span without a message; null ends it.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);
}
