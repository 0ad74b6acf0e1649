using System.Text.Json.Serialization;

namespace Farm.Protocol.Api;

/// <summary>Whether a worker takes work.</summary>
public enum WorkerState
{
    /// <summary>Connected and taking work.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Taken out after failures of its own.</summary>
    [JsonStringEnumMemberName("quarantined")]
    Quarantined,

    /// <summary>Not connected; its attempts are kept for the grace period.</summary>
    [JsonStringEnumMemberName("disconnected")]
    Disconnected,
}
