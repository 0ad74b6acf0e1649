using System.Collections.Immutable;

namespace Farm.Daemon.Trust;

/// <summary>Who may do what. Source: Nix manual, <c>trusted-users</c>, <c>allowed-users</c>; Nix's <c>nix-daemon.cc</c>.</summary>
public sealed record TrustRules
{
    private const string Everybody = "*";

    /// <summary>Nix's own defaults: root is trusted, everybody is allowed.</summary>
    public static TrustRules Default { get; } = new();

    /// <summary>Users by name, groups with <c>@</c> before theirs, or <c>*</c>: may do all.</summary>
    public ImmutableArray<string> TrustedUsers { get; init; } = ["root"];

    /// <summary>The same: may connect.</summary>
    public ImmutableArray<string> AllowedUsers { get; init; } = [Everybody];

    /// <summary>A peer with this primary group is a builder and may never connect; null for none.</summary>
    public string? BuildUsersGroup { get; init; }

    /// <summary>What the peer may do.</summary>
    public PeerVerdict Judge(PeerIdentity peer)
    {
        if (BuildUsersGroup is { Length: > 0 } builders && peer.Group == builders)
            return PeerVerdict.Refused;
        return Matches(peer, TrustedUsers) ? PeerVerdict.Trusted
            : Matches(peer, AllowedUsers) ? PeerVerdict.Allowed
            : PeerVerdict.Refused;
    }

    private static bool Matches(PeerIdentity peer, ImmutableArray<string> users) =>
        users.Any(user =>
            user == Everybody
            || user == peer.User
            || (user.StartsWith('@') && (user[1..] == peer.Group || peer.IsListedIn(user[1..])))
        );
}
