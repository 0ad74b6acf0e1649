namespace Farm.Store.Actors;

/// <summary>An actor failed that its node cannot do without.</summary>
/// <param name="actor">The actor's name.</param>
/// <param name="cause">What it failed of.</param>
public sealed class VitalActorException(string actor, Exception cause)
    : Exception($"the node's {actor} failed, so the node must end and be started again: {cause.Message}", cause);
