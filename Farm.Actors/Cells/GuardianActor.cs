namespace Farm.Actors.Cells;

/// <summary>The parent of all top-level actors.</summary>
internal sealed class GuardianActor : ActorBase
{
    protected override bool Receive(object message) => false;
}
