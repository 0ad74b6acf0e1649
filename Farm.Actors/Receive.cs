namespace Farm.Actors;

/// <summary>A behaviour; false says that the message is not handled.</summary>
public delegate bool Receive(object message);
