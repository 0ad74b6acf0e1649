using System.Text.Json.Serialization;

namespace Farm.Protocol;

/// <summary>How far an attempt is. Phases only go forward; each has a deadline.</summary>
public enum BuildPhase
{
    /// <summary>The coordinator has chosen the worker, which has not yet said that it has the attempt.</summary>
    [JsonStringEnumMemberName("offered")]
    Offered,

    /// <summary>The worker has the request.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>The worker gets the inputs that its store lacks.</summary>
    [JsonStringEnumMemberName("fetching")]
    Fetching,

    /// <summary>The builder runs.</summary>
    [JsonStringEnumMemberName("building")]
    Building,

    /// <summary>The outputs are on their way to the coordinator's store.</summary>
    [JsonStringEnumMemberName("uploading")]
    Uploading,

    /// <summary>The outputs are there; the worker writes down the result.</summary>
    [JsonStringEnumMemberName("committing")]
    Committing,

    /// <summary>There is an outcome.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,
}
