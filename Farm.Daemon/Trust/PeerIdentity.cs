namespace Farm.Daemon.Trust;

/// <summary>Who asks.</summary>
/// <param name="User">The user's name, or its number where it has none.</param>
/// <param name="Group">The same of its primary group.</param>
/// <param name="IsListedIn">Whether a group's entry names the user.</param>
public sealed record PeerIdentity(string User, string Group, Func<string, bool> IsListedIn);
