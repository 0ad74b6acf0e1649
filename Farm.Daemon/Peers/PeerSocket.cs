using System.Net.Sockets;
using Farm.Daemon.Native;

namespace Farm.Daemon.Peers;

/// <summary>Tells a client that has gone from one that only sends no more.</summary>
/// <remarks>Source: <c>poll(2)</c>: a Unix socket is hung up when the other end is closed, not when it is shut down for sending.</remarks>
internal static class PeerSocket
{
    private const short HungUp = 0x10;

    /// <summary>Whether the other end is closed.</summary>
    public static unsafe bool HasHungUp(Socket socket)
    {
        var asked = new PollDescriptor { Descriptor = (int)socket.Handle };
        return LibC.Poll(&asked, 1, 0) < 0 || (asked.Returned & HungUp) != 0;
    }
}
