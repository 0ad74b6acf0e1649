namespace Farm.Actors.Cells;

internal sealed class LocalActorRef : ActorRefBase, IInternalActorRef
{
    public LocalActorRef(ActorSystem system, Props props, IInternalActorRef parent, ActorPath path)
        : base(path) => Cell = new ActorCell(system, props, parent, this);

    public ActorCell Cell { get; }
    public ActorSystem System => Cell.System;
    public bool IsTerminated => Cell.IsTerminated;

    public override void Tell(object message, IActorRef? sender)
    {
        if (message is null)
            throw new InvalidMessageException($"A null message was told to {Path}: messages are never null.");
        Cell.Mailbox.Post(new Envelope(message, sender));
    }

    public void SendSystem(SystemMessage message) => Cell.Mailbox.PostSystem(message);
}
