namespace Farm.Actors.Cells;

internal sealed class NobodyRef() : ActorRefBase(new ActorPath(new ActorPath("all-systems"), "Nobody", 0))
{
    public override void Tell(object message, IActorRef? sender) { }
}
