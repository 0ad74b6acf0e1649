using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Serving;

/// <summary>Numbers of the serve protocol, which <c>ssh://</c> stores speak.</summary>
public static class ServeTerms
{
    /// <summary>What a client says first.</summary>
    public const ulong ClientMagic = 0x390c9deb;

    /// <summary>What it is answered.</summary>
    public const ulong ServerMagic = 0x5452eecb;

    /// <summary>The newest version that is spoken here.</summary>
    public static ProtocolVersion Newest { get; } = new(2, 8);

    /// <summary>What a connection is, before its first command.</summary>
    /// <param name="StoreDir">What full paths begin with.</param>
    /// <param name="Version">The older of the two versions.</param>
    /// <param name="MayWrite">Whether the server was started with <c>--write</c>.</param>
    /// <param name="IsTrusted">Whether the client may do all that the owner of the store may.</param>
    public sealed record Agreed(StoreDir StoreDir, ProtocolVersion Version, bool MayWrite, bool IsTrusted);
}
