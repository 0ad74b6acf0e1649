using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Collector;

/// <summary>A file beside the database that is given up when a collection begins, so that there is room to work in on a full disk.</summary>
/// <remarks>Shape: <c>db/reserved</c>, zeros, all blocks allocated. Source: Nix's <c>gc-reserved-space</c>.</remarks>
internal sealed class ReservedSpace(StoreLayout layout, long bytes)
{
    private const uint OwnerOnly = 0x180;
    private readonly byte[] _file = Encoding.UTF8.GetBytes(layout.DatabaseDir + "/reserved");

    /// <summary>Makes the file, unless it is there. Answers false where the disk has no room for it: the next collection makes some.</summary>
    public bool TryMake()
    {
        if (bytes <= 0)
        {
            GiveUp();
            return true;
        }
        var file = Syscalls.Open(Syscalls.CurrentDirectory, _file, Syscalls.ReadWrite | Syscalls.Create, OwnerOnly);
        if (file is -Errno.NoSpace or -Errno.QuotaExceeded)
            return false;
        Errno.Check(file, "make", Show);
        try
        {
            if (LibC.FTruncate(file, bytes) != 0)
                throw Errno.Exception(-Errno.Last, "set the size of", Show);
            var allocated = Syscalls.Allocate(file, bytes);
            if (allocated is 0 or -Errno.NotSupported)
                return true;
            GiveUp(); // Half of it would not help, and take what others need.
            return allocated is -Errno.NoSpace or -Errno.QuotaExceeded
                ? false
                : throw Errno.Exception(-allocated, "reserve space in", Show);
        }
        finally
        {
            Syscalls.Close(file);
        }
    }

    public void GiveUp()
    {
        var removed = Syscalls.Unlink(Syscalls.CurrentDirectory, _file);
        if (removed != -Errno.NoEntry)
            Errno.Check(removed, "remove", Show);
    }

    private string Show => Encoding.UTF8.GetString(_file);
}
