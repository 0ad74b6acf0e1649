using System.Collections.Immutable;

namespace Farm.Daemon.Trust;

/// <summary>Which settings a client may set for its connection.</summary>
/// <remarks>Source: Nix's <c>ClientSettings::apply</c>.</remarks>
public static class OptionRules
{
    private static readonly ImmutableHashSet<string> s_ignored =
    [
        "experimental-features",
        "plugin-files",
        "ssh-auth-sock",
    ];

    private static readonly ImmutableHashSet<string> s_open =
    [
        "build-max-silent-time",
        "build-poll-interval",
        "build-timeout",
        "connect-timeout",
        "max-silent-time",
        "timeout",
    ];

    private static readonly ImmutableHashSet<string> s_substituters = ["binary-caches", "substituters"];

    /// <param name="given">What the client sent.</param>
    /// <param name="isTrusted">Whether it may set all.</param>
    /// <param name="openSubstituters">Addresses that anybody may have paths fetched from.</param>
    /// <returns>What holds, and warnings.</returns>
    public static (ImmutableSortedDictionary<string, string> Accepted, ImmutableArray<string> Warnings) Filter(
        IReadOnlyDictionary<string, string> given,
        bool isTrusted,
        IReadOnlySet<string> openSubstituters
    )
    {
        var accepted = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in given)
        {
            if (s_ignored.Contains(name))
                continue;
            if (isTrusted || s_open.Contains(name) || (name == "builders" && value.Length == 0))
                accepted[name] = value;
            else if (s_substituters.Contains(name))
                accepted[name] = string.Join(' ', Open(value, openSubstituters, warnings));
            else
                warnings.Add(
                    $"ignoring the client-specified setting '{name}', because it is a restricted setting and you are not a trusted user"
                );
        }
        return (accepted.ToImmutable(), warnings.ToImmutable());
    }

    private static IEnumerable<string> Open(
        string value,
        IReadOnlySet<string> openSubstituters,
        ImmutableArray<string>.Builder warnings
    )
    {
        foreach (var address in value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (openSubstituters.Contains(address))
                yield return address;
            else if (!address.EndsWith('/') && openSubstituters.Contains(address + "/"))
                yield return address + "/";
            else
                warnings.Add($"ignoring untrusted substituter '{address}', you are not a trusted user");
        }
    }
}
