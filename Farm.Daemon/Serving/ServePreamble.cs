using System.Buffers.Binary;
using System.Net.Sockets;

namespace Farm.Daemon.Serving;

/// <summary>What <c>farm serve</c> says to a running daemon before it hands its client on: that the serve protocol follows.</summary>
/// <remarks>Shape: one number, of which the lowest bit tells whether the client may write. No other protocol on the socket begins so.</remarks>
public static class ServePreamble
{
    private const ulong Number = 0x6661726d73727600;

    private const int Size = 8;

    public static byte[] Bytes(bool mayWrite)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Number | (mayWrite ? 1UL : 0UL));
        return bytes;
    }

    /// <summary>Takes it where it is the first that a peer says.</summary>
    /// <returns>Whether the peer may write; null where it speaks another protocol, of which nothing is taken.</returns>
    internal static async Task<bool?> TakeAsync(Socket peer, CancellationToken ct)
    {
        var bytes = new byte[Size];
        if (await peer.ReceiveAsync(bytes, SocketFlags.Peek, ct).ConfigureAwait(false) < Size)
            return null;
        var number = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if ((number & ~1UL) != Number)
            return null;
        await peer.ReceiveAsync(bytes, ct).ConfigureAwait(false);
        return (number & 1) != 0;
    }
}
