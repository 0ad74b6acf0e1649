using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>Where an attempt stands on this worker; finer than <see cref="BuildPhase"/>, which is what is reported.</summary>
public abstract record AttemptStage
{
    private AttemptStage() { }

    /// <summary>Known, nothing started: all places are taken.</summary>
    public sealed record Accepted : AttemptStage;

    /// <summary>Its build is started and looks for inputs.</summary>
    public sealed record Fetching : AttemptStage;

    /// <summary>The inputs are there; the build waits until a slot is free.</summary>
    public sealed record AwaitingSlot : AttemptStage;

    public sealed record Building : AttemptStage;

    public sealed record Uploading : AttemptStage;

    public sealed record Committing : AttemptStage;

    /// <summary>The build was told to end and has not yet ended.</summary>
    /// <param name="Because">What is reported then; null when nobody wants to know and the attempt is forgotten.</param>
    public sealed record Stopping(BuildOutcome? Because) : AttemptStage;

    /// <summary>Ended; kept until the coordinator no longer lists the attempt.</summary>
    public sealed record Finished(BuildOutcome Outcome) : AttemptStage;
}
