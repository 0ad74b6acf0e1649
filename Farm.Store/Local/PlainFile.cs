using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Tells regular files from all else that a name can stand for.</summary>
public static class PlainFile
{
    /// <summary>Whether it is a regular file: no directory, link, socket, pipe or device; false where there is nothing.</summary>
    public static bool Is(string path) =>
        Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(path), out var status) == 0
        && status.IsRegular;
}
