namespace Farm.Actors;

/// <summary>PreRestart threw; logged, and the restart goes on.</summary>
public sealed class PreRestartException(IActorRef actor, Exception restartException, Exception cause)
    : AkkaException($"Exception in PreRestart of {actor}: {restartException.Message}", restartException)
{
    public IActorRef Actor { get; } = actor;

    /// <summary>Why the actor was restarted.</summary>
    public Exception OriginalCause { get; } = cause;
}
