using System.Text.Json.Serialization;

namespace Farm.Protocol.Api;

/// <summary>What a client must tell apart in a failed step, as the exit codes of Nix do.</summary>
public enum FailureKind
{
    /// <summary>The builder failed, or its outputs or inputs were refused.</summary>
    [JsonStringEnumMemberName("build")]
    Build,

    /// <summary>A limit of time was reached.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>A fixed output has other contents than its derivation says.</summary>
    [JsonStringEnumMemberName("hashMismatch")]
    HashMismatch,

    /// <summary>Built again, an output came out otherwise.</summary>
    [JsonStringEnumMemberName("notDeterministic")]
    NotDeterministic,
}
