using System.Text.Json.Serialization;

namespace Farm.Protocol.Api;

/// <summary>A line of <c>GET /api/builds/{id}/events</c>: first a snapshot, then each change of a step, at the end the final view.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Snapshot), "snapshot")]
[JsonDerivedType(typeof(StepChanged), "step")]
[JsonDerivedType(typeof(Ended), "ended")]
public abstract record BuildEvent
{
    private BuildEvent() { }

    /// <summary>The whole build as it is now; replaces all that was said before.</summary>
    public sealed record Snapshot(BuildView Build) : BuildEvent;

    /// <param name="Counts">Counts of the whole build after the change.</param>
    /// <param name="At">When the coordinator decided it.</param>
    public sealed record StepChanged(StepSummary Step, StepCounts Counts, DateTimeOffset At) : BuildEvent;

    /// <summary>The build is over; the stream ends after this line.</summary>
    public sealed record Ended(BuildView Build) : BuildEvent;
}
