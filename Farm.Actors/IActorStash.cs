namespace Farm.Actors;

/// <summary>An actor that puts messages aside; the engine sets the property before PreStart.</summary>
public interface IActorStash
{
    IStash Stash { get; set; }
}
