using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A directory, open to be listed from its beginning.</summary>
internal sealed class OpenedDirectory(string path) : IDisposable
{
    public int Descriptor { get; } =
        Errno.Check(
            Syscalls.Open(
                Syscalls.CurrentDirectory,
                Encoding.UTF8.GetBytes(path),
                Syscalls.ReadOnly | Syscalls.Directory
            ),
            "open",
            path
        );

    public void Dispose() => Syscalls.Close(Descriptor);
}
