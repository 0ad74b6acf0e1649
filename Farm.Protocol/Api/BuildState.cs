using System.Text.Json.Serialization;

namespace Farm.Protocol.Api;

/// <summary>Where a build is in its life.</summary>
public enum BuildState
{
    /// <summary>Nothing of it has started.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("building")]
    Building,

    /// <summary>All roots have valid outputs.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>A root cannot be built; everything that could be built was.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
