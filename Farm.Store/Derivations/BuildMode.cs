using System.Text.Json.Serialization;

namespace Farm.Store.Derivations;

/// <summary>What is to happen with outputs that are valid already. Source: Nix's <c>enum BuildMode</c>.</summary>
public enum BuildMode
{
    /// <summary>Nothing: only what is missing is built.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal = 0,

    /// <summary>They are verified, and those that are damaged are built or fetched again.</summary>
    [JsonStringEnumMemberName("repair")]
    Repair = 1,

    /// <summary>They are built again and compared; the derivation fails where that makes a difference.</summary>
    [JsonStringEnumMemberName("check")]
    Check = 2,
}
