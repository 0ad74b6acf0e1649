namespace Farm.Actors;

/// <summary>Marks messages that the engine handles before the actor's behaviour sees them.</summary>
public interface IAutoReceivedMessage;
