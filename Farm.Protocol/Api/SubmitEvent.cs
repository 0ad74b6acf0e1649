using System.Text.Json.Serialization;

namespace Farm.Protocol.Api;

/// <summary>A line of the answer to <c>POST /api/builds</c> with <c>Accept: application/x-ndjson</c>, where something is fetched
/// first: how that goes on, a few times a second, and at the end what came of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Fetching), "fetching")]
[JsonDerivedType(typeof(Submitted), "submitted")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record SubmitEvent
{
    /// <summary>The type of the content of such an answer.</summary>
    public const string MediaType = "application/x-ndjson";

    private SubmitEvent() { }

    /// <summary>Replaces what was said before.</summary>
    public sealed record Fetching(FetchView Fetch) : SubmitEvent;

    /// <summary>The build exists; this is the last line.</summary>
    public sealed record Submitted(BuildView Build) : SubmitEvent;

    /// <summary>There is no build; this is the last line.</summary>
    public sealed record Refused(ProblemView Problem) : SubmitEvent;
}
