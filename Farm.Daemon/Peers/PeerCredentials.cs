using System.Net.Sockets;
using System.Runtime.InteropServices;
using Farm.Daemon.Trust;

namespace Farm.Daemon.Peers;

/// <summary>Who is at the other end of a Unix socket, as the kernel says.</summary>
/// <remarks>Source: <c>unix(7)</c>, <c>SO_PEERCRED</c>.</remarks>
internal readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;

    /// <exception cref="SocketException">The kernel does not say.</exception>
    public static PeerCredentials Of(Socket socket)
    {
        Span<uint> numbers = stackalloc uint[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, MemoryMarshal.AsBytes(numbers));
        return new((int)numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>With names from the machine's database.</summary>
    public PeerIdentity Identify()
    {
        var user = UserDatabase.UserName(UserId);
        return new(user, UserDatabase.GroupName(GroupId), group => UserDatabase.IsListed(group, user));
    }
}
