using System.Collections.Immutable;
using System.Text.Json;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads the farm at a glance.</summary>
internal static class StatusReader
{
    public static StatusView Status(ref Utf8JsonReader reader)
    {
        const string What = "the status";
        string? coordinator = null;
        string? storeDir = null;
        DateTimeOffset? startedAt = null;
        int? workers = null;
        int? slots = null;
        int? busy = null;
        StepCounts? steps = null;
        ImmutableArray<BuildSummary> builds = default;
        ImmutableArray<StepSummary> running = default;
        string? storeRoot = null;
        ImmutableArray<FetchView>? fetching = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "coordinator"u8))
                coordinator = Members.Text(ref reader);
            else if (Members.Is(ref reader, "storeDir"u8))
                storeDir = Members.Text(ref reader);
            else if (Members.Is(ref reader, "startedAt"u8))
                startedAt = Members.Time(ref reader);
            else if (Members.Is(ref reader, "workersConnected"u8))
                workers = Members.Int(ref reader);
            else if (Members.Is(ref reader, "slots"u8))
                slots = Members.Int(ref reader);
            else if (Members.Is(ref reader, "slotsBusy"u8))
                busy = Members.Int(ref reader);
            else if (Members.Is(ref reader, "steps"u8))
                steps = StepReader.Counts(ref reader);
            else if (Members.Is(ref reader, "builds"u8))
                builds = Members.Array<BuildSummary>(ref reader, BuildReader.Summary);
            else if (Members.Is(ref reader, "running"u8))
                running = Members.Array<StepSummary>(ref reader, StepReader.Summary);
            else if (Members.Is(ref reader, "storeRoot"u8))
                storeRoot = Members.IsNull(ref reader) ? null : Members.Text(ref reader);
            else if (Members.Is(ref reader, "fetching"u8))
                fetching = Members.IsNull(ref reader) ? null : Members.Array<FetchView>(ref reader, EventReader.Fetch);
            else
                Members.Skip(ref reader);
        }
        return new StatusView(
            Members.Required(coordinator, What, "coordinator"),
            Members.Required(storeDir, What, "storeDir"),
            Members.Required(startedAt, What, "startedAt"),
            Members.Required(workers, What, "workersConnected"),
            Members.Required(slots, What, "slots"),
            Members.Required(busy, What, "slotsBusy"),
            Members.Required(steps, What, "steps"),
            builds.IsDefault ? throw Members.Missing(What, "builds") : builds,
            running.IsDefault ? throw Members.Missing(What, "running") : running,
            storeRoot,
            fetching
        );
    }
}
