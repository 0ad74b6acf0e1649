namespace Farm.Actors;

/// <summary>The new instance of a restarted actor failed in its constructor or in PostRestart.</summary>
/// <param name="actor">The actor.</param>
/// <param name="cause">What the new instance threw.</param>
/// <param name="originalCause">Why it was restarted.</param>
public sealed class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({cause.GetType().Name}): {cause.Message}", cause)
{
    public Exception OriginalCause { get; } = originalCause;
}
