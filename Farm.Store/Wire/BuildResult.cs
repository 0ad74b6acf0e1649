using System.Collections.Immutable;
using Farm.Store.Realisations;

namespace Farm.Store.Wire;

/// <summary>What became of a derivation that was to be built. Compared by value. Source: Nix's <c>libstore/build-result.hh</c>.</summary>
public sealed record BuildResult
{
    public required BuildStatus Status { get; init; }

    /// <summary>Why it failed; empty when it did not. May be coloured, and end in lines of the log.</summary>
    public string ErrorMessage { get; init; } = "";

    /// <summary>How often it was built.</summary>
    public ulong TimesBuilt { get; init; }

    /// <summary>Whether two builds differed.</summary>
    public bool IsNonDeterministic { get; init; }

    /// <summary>When the first build began; null where nothing was built.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When the last build ended; null where nothing was built.</summary>
    public DateTimeOffset? StopTime { get; init; }

    /// <summary>Processor time of the builder's own code; null where it was not measured.</summary>
    public TimeSpan? CpuUser { get; init; }

    /// <summary>Processor time that the kernel spent for the builder; null where it was not measured.</summary>
    public TimeSpan? CpuSystem { get; init; }

    /// <summary>By output name: what the outputs that were wanted came to. Empty on failure. The derivation's hash in the
    /// identifier is all zeros where it is not known.</summary>
    public ImmutableSortedDictionary<string, Realisation> BuiltOutputs { get; init; } =
        ImmutableSortedDictionary.Create<string, Realisation>(StringComparer.Ordinal);

    public bool IsSuccess => Status.IsSuccess();

    /// <summary>A failure with its reason.</summary>
    public static BuildResult Failed(BuildStatus status, string message) =>
        new() { Status = status, ErrorMessage = message };

    public bool Equals(BuildResult? other) =>
        other is not null
        && Status == other.Status
        && ErrorMessage == other.ErrorMessage
        && TimesBuilt == other.TimesBuilt
        && IsNonDeterministic == other.IsNonDeterministic
        && StartTime == other.StartTime
        && StopTime == other.StopTime
        && CpuUser == other.CpuUser
        && CpuSystem == other.CpuSystem
        && BuiltOutputs.SequenceEqual(other.BuiltOutputs);

    public override int GetHashCode() => HashCode.Combine(Status, ErrorMessage, TimesBuilt, BuiltOutputs.Count);
}
