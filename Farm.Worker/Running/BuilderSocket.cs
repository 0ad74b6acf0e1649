using System.Net.Sockets;
using Farm.Worker.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace Farm.Worker.Running;

/// <summary>A socket that listens in the scratch directory of a build, for its builder alone.</summary>
/// <remarks>The directory is named by its descriptor, because the kernel takes only short paths for sockets.</remarks>
internal sealed class BuilderSocket : IDisposable
{
    private const int Backlog = 5; // Nix's
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Stays open as long as the socket: closing that removes its first name, if it is still there.</summary>
    private readonly SafeFileHandle _directory;

    private BuilderSocket(SafeFileHandle directory, Socket socket) => (_directory, Socket) = (directory, socket);

    public Socket Socket { get; }

    /// <param name="directory">Nobody else can enter it.</param>
    /// <exception cref="SandboxException">It cannot be made.</exception>
    public static BuilderSocket Listen(string directory)
    {
        var handle = HelperCalls.OpenDirectory(directory);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var path = $"/proc/self/fd/{handle.DangerousGetHandle()}/{SandboxSpec.NixSocketName}";
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, OwnerOnly);
            socket.Listen(Backlog);
            return new BuilderSocket(handle, socket);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            handle.Dispose();
            throw new SandboxException($"A socket in '{directory}' cannot be made: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        _directory.Dispose();
    }
}
