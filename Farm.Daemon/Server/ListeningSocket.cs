using System.Net.Sockets;

namespace Farm.Daemon.Server;

/// <summary>A Unix socket on which anybody may ask for a connection.</summary>
public sealed class ListeningSocket : IDisposable
{
    private const int Backlog = 128;
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    private ListeningSocket(Socket socket, string path) => (Socket, Path) = (socket, path);

    public Socket Socket { get; }

    public string Path { get; }

    /// <summary>Makes the socket, and listens. One that nobody listens on any more is replaced.</summary>
    /// <exception cref="DaemonStartException">Another process listens there, something else is there, or it cannot be made.</exception>
    public static ListeningSocket Bind(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full) ?? "/");
            if (IsAnswered(full))
                throw new DaemonStartException(
                    $"Another daemon listens on '{full}'; stop it first, or name another --socket."
                );
            File.Delete(temporary);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(temporary));
                File.SetUnixFileMode(temporary, Everybody);
                socket.Listen(Backlog);
                // At once: nobody finds a socket that does not listen yet.
                File.Move(temporary, full, overwrite: true);
                return new(socket, full);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new DaemonStartException(
                $"The socket's path '{full}' is too long for the kernel; name a shorter one with --socket or NIX_DAEMON_SOCKET_PATH."
            );
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new DaemonStartException($"The socket '{full}' cannot be made: {cause.Message}");
        }
    }

    /// <summary>Ends listening and removes the socket.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        File.Delete(Path);
    }

    private static bool IsAnswered(string path)
    {
        if (!File.Exists(path))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
