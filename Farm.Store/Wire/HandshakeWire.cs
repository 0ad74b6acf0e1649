namespace Farm.Store.Wire;

/// <summary>Numbers with which the worker protocol begins.</summary>
public static class HandshakeWire
{
    /// <summary>The client's first word: <c>cxin</c>.</summary>
    public const ulong ClientMagic = 0x6e697863;

    /// <summary>The daemon's: <c>oixd</c>.</summary>
    public const ulong DaemonMagic = 0x6478696f;
}
