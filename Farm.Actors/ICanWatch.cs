namespace Farm.Actors;

/// <summary>Something that is told of the end of other actors.</summary>
public interface ICanWatch
{
    /// <summary>Asks for one <see cref="Terminated"/> when the subject has stopped, also if it has already.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Asks for this message in place of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Takes the wish back; a notice that is already queued is dropped.</summary>
    IActorRef Unwatch(IActorRef subject);
}
