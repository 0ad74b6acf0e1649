using System.Text.Json.Serialization;

namespace Farm.Protocol;

/// <summary>Which limit of time a builder exceeded.</summary>
public enum TimeLimit
{
    /// <summary>The whole run.</summary>
    [JsonStringEnumMemberName("total")]
    Total,

    /// <summary>Time without output.</summary>
    [JsonStringEnumMemberName("silent")]
    Silent,
}
