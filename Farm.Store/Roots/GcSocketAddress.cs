using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>The collector's socket, reached through its open folder: a socket's own path may have no more than 107 bytes.</summary>
internal sealed class GcSocketAddress : IDisposable
{
    private readonly int _directory;

    private GcSocketAddress(int directory) => _directory = directory;

    /// <summary>Where a running collector listens.</summary>
    public UnixDomainSocketEndPoint EndPoint => At("socket");

    /// <summary>Where a collector that begins makes its socket.</summary>
    public UnixDomainSocketEndPoint NewEndPoint => At("new-socket");

    /// <summary>Null where there has never been a collector.</summary>
    public static GcSocketAddress? Find(StoreLayout layout)
    {
        var opened = Open(layout);
        return opened == -Errno.NoEntry ? null : new(Errno.Check(opened, "open", layout.GcSocketDir));
    }

    /// <summary>Makes the folder where it is missing.</summary>
    public static GcSocketAddress Make(StoreLayout layout)
    {
        var name = Encoding.UTF8.GetBytes(layout.GcSocketDir);
        var made = Syscalls.MakeDirectory(Syscalls.CurrentDirectory, name, 0x1ED);
        if (made != -Errno.Exists)
            Errno.Check(made, "make the folder", layout.GcSocketDir);
        var directory = Errno.Check(Open(layout), "open", layout.GcSocketDir);
        _ = Syscalls.Unlink(directory, "new-socket"u8);
        return new(directory);
    }

    /// <summary>Opens the new socket to everybody, and puts it in the place of the dead one: Nix 2.8 fails where it finds none.</summary>
    public void Publish()
    {
        Errno.Check(Syscalls.ChangeMode(_directory, "new-socket"u8, 0x1B6), "open to all", "gc-socket/socket");
        var renamed = Syscalls.Rename(_directory, "new-socket"u8, _directory, "socket"u8);
        Errno.Check(renamed, "make", "gc-socket/socket");
    }

    public void Dispose() => Syscalls.Close(_directory);

    private UnixDomainSocketEndPoint At(string name) =>
        new(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_directory}/{name}"));

    private static int Open(StoreLayout layout) =>
        Syscalls.Open(
            Syscalls.CurrentDirectory,
            Encoding.UTF8.GetBytes(layout.GcSocketDir),
            Syscalls.ReadOnly | Syscalls.Directory
        );
}
