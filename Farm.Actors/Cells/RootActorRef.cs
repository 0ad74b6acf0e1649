using Farm.Actors.Event;

namespace Farm.Actors.Cells;

/// <summary>The parent of the guardian: when that fails or ends, so does the system.</summary>
internal sealed class RootActorRef(ActorSystem system, ActorPath path) : ActorRefBase(path), IInternalActorRef
{
    public ActorSystem System => system;
    public bool IsTerminated => false;

    public override void Tell(object message, IActorRef? sender) => system.DeadLetterRef.Publish(message, sender, this);

    public void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Failed failed:
                Logging
                    .GetLogger(system, Path.ToString())
                    .Error(failed.Cause, "{0}", "A failure was escalated to the top: the actor system terminates.");
                failed.Child.SendSystem(new SystemMessage.Terminate());
                break;
            case SystemMessage.Died:
                system.GuardianEnded();
                break;
        }
    }
}
