using System.Text.Json;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads what builders have used.</summary>
internal static class UsageReader
{
    /// <summary>Null where it is not told.</summary>
    public static UsageTotal? Total(ref Utf8JsonReader reader)
    {
        const string What = "the usage of a build";
        if (Members.IsNull(ref reader))
            return null;
        int? builders = null;
        TimeSpan? cpuTime = null;
        TimeSpan? wallTime = null;
        long? peakMemory = null;
        long? written = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "builders"u8))
                builders = Members.Int(ref reader);
            else if (Members.Is(ref reader, "cpuTime"u8))
                cpuTime = Members.Duration(ref reader);
            else if (Members.Is(ref reader, "wallTime"u8))
                wallTime = Members.Duration(ref reader);
            else if (Members.Is(ref reader, "peakMemoryBytes"u8))
                peakMemory = Members.Long(ref reader);
            else if (Members.Is(ref reader, "writtenBytes"u8))
                written = Members.Long(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new UsageTotal(
            Members.Required(builders, What, "builders"),
            Members.Required(cpuTime, What, "cpuTime"),
            Members.Required(wallTime, What, "wallTime"),
            Members.Required(peakMemory, What, "peakMemoryBytes"),
            Members.Required(written, What, "writtenBytes")
        );
    }
}
