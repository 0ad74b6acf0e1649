using System.Collections.Immutable;
using Farm.Daemon.Trust;

namespace Farm.Daemon;

/// <summary>How a daemon treats its clients.</summary>
public sealed record DaemonSettings
{
    /// <summary>Who may do what.</summary>
    public TrustRules Trust { get; init; } = TrustRules.Default;

    /// <summary>Addresses that clients who are not trusted may have paths fetched from: <c>substituters</c> and
    /// <c>trusted-substituters</c>.</summary>
    public ImmutableHashSet<string> OpenSubstituters { get; init; } = [];

    /// <summary>What clients show as the version of the daemon.</summary>
    public string VersionText { get; init; } = "farm";
}
