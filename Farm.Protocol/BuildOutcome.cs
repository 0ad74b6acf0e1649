using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Protocol;

/// <summary>How an attempt ended. The class decides what the scheduler does next.</summary>
/// <remarks><see cref="InfrastructureFailed"/> is tried again elsewhere, <see cref="Cancelled"/> answers a wish, <see cref="Built"/> is success;
/// everything else is a property of the derivation and final.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Built), "built")]
[JsonDerivedType(typeof(BuilderFailed), "builderFailed")]
[JsonDerivedType(typeof(TimedOut), "timedOut")]
[JsonDerivedType(typeof(LogLimitExceeded), "logLimitExceeded")]
[JsonDerivedType(typeof(OutputRejected), "outputRejected")]
[JsonDerivedType(typeof(HashMismatch), "hashMismatch")]
[JsonDerivedType(typeof(NotDeterministic), "notDeterministic")]
[JsonDerivedType(typeof(MemoryExceeded), "memoryExceeded")]
[JsonDerivedType(typeof(InputRejected), "inputRejected")]
[JsonDerivedType(typeof(InfrastructureFailed), "infrastructureFailed")]
[JsonDerivedType(typeof(Cancelled), "cancelled")]
public abstract record BuildOutcome
{
    private BuildOutcome() { }

    /// <summary>What the builder used; null where none ran, or the worker does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildUsage? Usage { get; init; }

    /// <summary>Where the worker kept the build directory, on its own machine; null where it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeptDirectory { get; init; }

    /// <summary>All outputs are registered in the worker's store and uploaded.</summary>
    /// <param name="Outputs">What was registered, one for each output; not compared by value.</param>
    /// <param name="CpuTime">User and system time of the builder and its children.</param>
    /// <param name="WallTime">Run time of the builder.</param>
    public sealed record Built(ImmutableArray<PathInfo> Outputs, TimeSpan CpuTime, TimeSpan WallTime) : BuildOutcome;

    /// <summary>The builder ended with another code than 0, or by a signal.</summary>
    /// <param name="LastLines">The end of its log, oldest first, at most <see cref="MaxLastLines"/>.</param>
    public sealed record BuilderFailed(ProcessEnd End, ImmutableArray<string> LastLines) : BuildOutcome;

    /// <param name="After">The limit that was exceeded.</param>
    public sealed record TimedOut(TimeLimit Limit, TimeSpan After) : BuildOutcome;

    public sealed record LogLimitExceeded(long LimitBytes) : BuildOutcome;

    /// <summary>The builder ended well, but an output is missing or breaks a rule.</summary>
    public sealed record OutputRejected(string Reason) : BuildOutcome;

    /// <summary>A fixed output has other contents than its derivation says.</summary>
    /// <param name="Expected">Content address in Nix's text form, as is <paramref name="Actual"/>.</param>
    public sealed record HashMismatch(StorePath Output, string Expected, string Actual) : BuildOutcome;

    /// <summary>Built again to be compared, an output came out otherwise than it is recorded.</summary>
    /// <param name="KeptOutput">Where the other output was kept, on the worker's own machine; null where it was not.</param>
    public sealed record NotDeterministic(StorePath Output, string? KeptOutput = null) : BuildOutcome
    {
        /// <summary>Hash of the NAR as it is recorded; null where an older worker does not tell.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Sha256Digest? RecordedHash { get; init; }

        /// <summary>Hash of the NAR as it came out now; null where an older worker does not tell.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Sha256Digest? BuiltHash { get; init; }
    }

    /// <summary>The kernel killed processes of the builder, which then failed, because all together used more memory than they may.</summary>
    public sealed record MemoryExceeded(long LimitBytes) : BuildOutcome;

    /// <summary>The derivation asks for something that no worker can do.</summary>
    public sealed record InputRejected(string Reason) : BuildOutcome;

    /// <summary>The worker failed, not the build.</summary>
    /// <param name="IsTransient">Whether trying again can help, here or elsewhere.</param>
    public sealed record InfrastructureFailed(string Reason, bool IsTransient) : BuildOutcome;

    public sealed record Cancelled : BuildOutcome;

    /// <summary>Most lines of log that an outcome carries.</summary>
    public const int MaxLastLines = 25;
}
