using System.Collections.Immutable;
using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads the lines of answers that last, and problems.</summary>
internal static class EventReader
{
    public static BuildEvent BuildEvent(ref Utf8JsonReader reader)
    {
        const string What = "an event";
        var type = Members.Type(reader, What);
        BuildView? build = null;
        StepSummary? step = null;
        StepCounts? counts = null;
        DateTimeOffset? at = null;
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "build"u8))
                build = BuildReader.Build(ref reader);
            else if (Members.Is(ref reader, "step"u8))
                step = StepReader.Summary(ref reader);
            else if (Members.Is(ref reader, "counts"u8))
                counts = StepReader.Counts(ref reader);
            else if (Members.Is(ref reader, "at"u8))
                at = Members.Time(ref reader);
            else
                Members.Skip(ref reader);
        }
        return type switch
        {
            "snapshot" => new BuildEvent.Snapshot(Members.Required(build, What, "build")),
            "step" => new BuildEvent.StepChanged(
                Members.Required(step, What, "step"),
                Members.Required(counts, What, "counts"),
                Members.Required(at, What, "at")
            ),
            "ended" => new BuildEvent.Ended(Members.Required(build, What, "build")),
            _ => throw new JsonException($"'{type}' is no event of a build"),
        };
    }

    public static SubmitEvent SubmitEvent(ref Utf8JsonReader reader)
    {
        const string What = "an answer to a submission";
        var type = Members.Type(reader, What);
        FetchView? fetch = null;
        BuildView? build = null;
        ProblemView? problem = null;
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "fetch"u8))
                fetch = Fetch(ref reader);
            else if (Members.Is(ref reader, "build"u8))
                build = BuildReader.Build(ref reader);
            else if (Members.Is(ref reader, "problem"u8))
                problem = Problem(ref reader);
            else
                Members.Skip(ref reader);
        }
        return type switch
        {
            "fetching" => new SubmitEvent.Fetching(Members.Required(fetch, What, "fetch")),
            "submitted" => new SubmitEvent.Submitted(Members.Required(build, What, "build")),
            "refused" => new SubmitEvent.Refused(Members.Required(problem, What, "problem")),
            _ => throw new JsonException($"'{type}' is no answer to a submission"),
        };
    }

    public static FetchView Fetch(ref Utf8JsonReader reader)
    {
        const string What = "a fetch";
        ImmutableArray<StorePath> roots = default;
        DateTimeOffset? since = null;
        int? paths = null;
        int? allPaths = null;
        long? bytes = null;
        long? allBytes = null;
        ImmutableArray<StorePath> now = default;
        string? refusal = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "roots"u8))
                roots = Members.Paths(ref reader);
            else if (Members.Is(ref reader, "since"u8))
                since = Members.Time(ref reader);
            else if (Members.Is(ref reader, "paths"u8))
                paths = Members.Int(ref reader);
            else if (Members.Is(ref reader, "allPaths"u8))
                allPaths = Members.Int(ref reader);
            else if (Members.Is(ref reader, "bytes"u8))
                bytes = Members.Long(ref reader);
            else if (Members.Is(ref reader, "allBytes"u8))
                allBytes = Members.Long(ref reader);
            else if (Members.Is(ref reader, "now"u8))
                now = Members.Paths(ref reader);
            else if (Members.Is(ref reader, "refusal"u8))
                refusal = Members.IsNull(ref reader) ? null : Members.Text(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new FetchView(
            roots.IsDefault ? throw Members.Missing(What, "roots") : roots,
            Members.Required(since, What, "since"),
            Members.Required(paths, What, "paths"),
            Members.Required(allPaths, What, "allPaths"),
            Members.Required(bytes, What, "bytes"),
            Members.Required(allBytes, What, "allBytes"),
            now.IsDefault ? throw Members.Missing(What, "now") : now,
            refusal
        );
    }

    public static ProblemView Problem(ref Utf8JsonReader reader)
    {
        const string What = "a problem";
        string? type = null;
        string? title = null;
        int? status = null;
        string? detail = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "type"u8))
                type = Members.Text(ref reader);
            else if (Members.Is(ref reader, "title"u8))
                title = Members.Text(ref reader);
            else if (Members.Is(ref reader, "status"u8))
                status = Members.Int(ref reader);
            else if (Members.Is(ref reader, "detail"u8))
                detail = Members.Text(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new ProblemView(
            Members.Required(type, What, "type"),
            Members.Required(title, What, "title"),
            Members.Required(status, What, "status"),
            Members.Required(detail, What, "detail")
        );
    }
}
