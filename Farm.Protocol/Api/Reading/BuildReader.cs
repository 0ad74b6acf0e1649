using System.Collections.Immutable;
using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads builds, in full and in lists.</summary>
internal static class BuildReader
{
    public static BuildView Build(ref Utf8JsonReader reader)
    {
        const string What = "a build";
        BuildId? id = null;
        BuildState? state = null;
        int? priority = null;
        DateTimeOffset? createdAt = null;
        DateTimeOffset? finishedAt = null;
        ImmutableArray<BuildRootView> roots = default;
        StepCounts? counts = null;
        ImmutableArray<StepSummary> running = default;
        ImmutableArray<StepSummary> failures = default;
        UsageTotal? usage = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "id"u8))
                id = Id(ref reader);
            else if (Members.Is(ref reader, "state"u8))
                state = State(ref reader);
            else if (Members.Is(ref reader, "priority"u8))
                priority = Members.Int(ref reader);
            else if (Members.Is(ref reader, "createdAt"u8))
                createdAt = Members.Time(ref reader);
            else if (Members.Is(ref reader, "finishedAt"u8))
                finishedAt = Members.IsNull(ref reader) ? null : Members.Time(ref reader);
            else if (Members.Is(ref reader, "roots"u8))
                roots = Members.Array<BuildRootView>(ref reader, Root);
            else if (Members.Is(ref reader, "counts"u8))
                counts = StepReader.Counts(ref reader);
            else if (Members.Is(ref reader, "running"u8))
                running = Members.Array<StepSummary>(ref reader, StepReader.Summary);
            else if (Members.Is(ref reader, "failures"u8))
                failures = Members.Array<StepSummary>(ref reader, StepReader.Summary);
            else if (Members.Is(ref reader, "usage"u8))
                usage = UsageReader.Total(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new BuildView(
            Members.Required(id, What, "id"),
            Members.Required(state, What, "state"),
            Members.Required(priority, What, "priority"),
            Members.Required(createdAt, What, "createdAt"),
            finishedAt,
            roots.IsDefault ? throw Members.Missing(What, "roots") : roots,
            Members.Required(counts, What, "counts"),
            running.IsDefault ? throw Members.Missing(What, "running") : running,
            failures.IsDefault ? throw Members.Missing(What, "failures") : failures,
            usage
        );
    }

    public static BuildSummary Summary(ref Utf8JsonReader reader)
    {
        const string What = "a build in a list";
        BuildId? id = null;
        BuildState? state = null;
        int? priority = null;
        DateTimeOffset? createdAt = null;
        DateTimeOffset? finishedAt = null;
        ImmutableArray<StorePath> roots = default;
        StepCounts? counts = null;
        UsageTotal? usage = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "id"u8))
                id = Id(ref reader);
            else if (Members.Is(ref reader, "state"u8))
                state = State(ref reader);
            else if (Members.Is(ref reader, "priority"u8))
                priority = Members.Int(ref reader);
            else if (Members.Is(ref reader, "createdAt"u8))
                createdAt = Members.Time(ref reader);
            else if (Members.Is(ref reader, "finishedAt"u8))
                finishedAt = Members.IsNull(ref reader) ? null : Members.Time(ref reader);
            else if (Members.Is(ref reader, "roots"u8))
                roots = Members.Paths(ref reader);
            else if (Members.Is(ref reader, "counts"u8))
                counts = StepReader.Counts(ref reader);
            else if (Members.Is(ref reader, "usage"u8))
                usage = UsageReader.Total(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new BuildSummary(
            Members.Required(id, What, "id"),
            Members.Required(state, What, "state"),
            Members.Required(priority, What, "priority"),
            Members.Required(createdAt, What, "createdAt"),
            finishedAt,
            roots.IsDefault ? throw Members.Missing(What, "roots") : roots,
            Members.Required(counts, What, "counts"),
            usage
        );
    }

    private static BuildRootView Root(ref Utf8JsonReader reader)
    {
        const string What = "a root of a build";
        StorePath? drvPath = null;
        ImmutableSortedDictionary<string, StorePath>? outputs = null;
        StepStatus? status = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "drvPath"u8))
                drvPath = Members.Path(ref reader);
            else if (Members.Is(ref reader, "outputs"u8))
                outputs = Outputs(ref reader);
            else if (Members.Is(ref reader, "status"u8))
                status = StepReader.Status(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new BuildRootView(
            Members.Required(drvPath, What, "drvPath"),
            Members.Required(outputs, What, "outputs"),
            Members.Required(status, What, "status")
        );
    }

    private static ImmutableSortedDictionary<string, StorePath> Outputs(ref Utf8JsonReader reader)
    {
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, StorePath>();
        Members.Begin(ref reader, "outputs");
        while (Members.Next(ref reader))
        {
            var name = reader.GetString()!; // a member's name is a string
            reader.Read();
            outputs[name] = Members.Path(ref reader);
        }
        return outputs.ToImmutable();
    }

    private static BuildId Id(ref Utf8JsonReader reader) =>
        Members.Long(ref reader) is > 0 and var number
            ? BuildId.Create(number)
            : throw new JsonException("a build id is a whole number of at least 1");

    private static BuildState State(ref Utf8JsonReader reader) =>
        Members.Text(ref reader) switch
        {
            "queued" => BuildState.Queued,
            "building" => BuildState.Building,
            "succeeded" => BuildState.Succeeded,
            "failed" => BuildState.Failed,
            "cancelled" => BuildState.Cancelled,
            var other => throw new JsonException($"'{other}' is no state of a build"),
        };
}
