using System.Collections.Frozen;

namespace Farm.Protocol;

/// <summary>System features that have a meaning to Nix and that no worker can have, whatever its settings say.</summary>
public static class UnofferedFeatures
{
    private static readonly FrozenDictionary<string, string> s_reasons = new Dictionary<string, string>
    {
        ["uid-range"] =
            "a range of user ids with a root of its own in the sandbox, which Farm does not offer: a builder has one user id and no privilege",
        ["builder-rpc-v0"] = "to speak with the daemon inside of a build, which Farm does not offer",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The first of these features with half a sentence on what it is and why it is not offered; null where there is none.</summary>
    public static (string Feature, string Reason)? First(IEnumerable<string> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        foreach (var feature in features)
        {
            if (s_reasons.TryGetValue(feature, out var reason))
                return (feature, reason);
        }
        return null;
    }
}
