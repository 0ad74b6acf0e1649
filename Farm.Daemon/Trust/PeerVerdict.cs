namespace Farm.Daemon.Trust;

/// <summary>What a peer may do.</summary>
public enum PeerVerdict
{
    /// <summary>Nothing: the connection is closed.</summary>
    Refused,

    /// <summary>What harms nobody else.</summary>
    Allowed,

    /// <summary>All that the daemon can.</summary>
    Trusted,
}
