using System.ComponentModel;
using System.Globalization;
using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>The locks that a process holds while it owns a store: its own, and Nix's big lock, shared.</summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly int _owner;
    private readonly int _big;

    private OwnerLock(int owner, int big) => (_owner, _big) = (owner, big);

    /// <exception cref="StoreException.Owned">Another process holds the store; the message names it.</exception>
    /// <exception cref="StoreException.NotWritable">This user may not write the store.</exception>
    /// <exception cref="StoreException.NoDirectory">There is no place for the store's database.</exception>
    public static OwnerLock Take(StoreLayout layout)
    {
        NewDirectory.Make(layout.DatabaseDir);
        var owner = Take(layout.OwnerFile, FileLock.TryExclusive, 0x1A4);
        try
        {
            var big = Take(layout.DatabaseDir + "/big-lock", FileLock.TryShared, 0x180);
            var pid = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            _ = LibC.FTruncate(owner, 0);
            Errno.Check(Syscalls.Write(owner, pid), "write", layout.OwnerFile);
            return new(owner, big);
        }
        catch
        {
            Release(owner);
            throw;
        }
    }

    public void Dispose()
    {
        _ = LibC.FTruncate(_owner, 0);
        Release(_owner);
        Release(_big);
    }

    private static void Release(int descriptor)
    {
        FileLock.Release(descriptor);
        Syscalls.Close(descriptor);
    }

    private static int Take(string file, Func<int, string, bool> tryLock, uint permissions)
    {
        var descriptor = Syscalls.Open(
            Syscalls.CurrentDirectory,
            Encoding.UTF8.GetBytes(file),
            Syscalls.ReadWrite | Syscalls.Create,
            permissions
        );
        if (-descriptor is Errno.AccessDenied or Errno.ReadOnlyFileSystem)
            throw new StoreException.NotWritable(file, new Win32Exception(-descriptor));
        Errno.Check(descriptor, "open", file);
        try
        {
            if (tryLock(descriptor, file))
                return descriptor;
            Span<byte> text = stackalloc byte[32];
            var length = Errno.Check(Syscalls.Read(descriptor, text), "read", file);
            var owner = Encoding.ASCII.GetString(text[..length]).Trim();
            throw new StoreException.Owned(file, owner.Length > 0 ? $"process {owner}" : "another process");
        }
        catch
        {
            Syscalls.Close(descriptor);
            throw;
        }
    }
}
