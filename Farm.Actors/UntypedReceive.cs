namespace Farm.Actors;

/// <summary>A behaviour that handles, or calls Unhandled itself.</summary>
public delegate void UntypedReceive(object message);
