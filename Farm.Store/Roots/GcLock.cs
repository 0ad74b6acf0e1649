using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>Nix's lock between collectors and those who need the store as it is: <c>gc.lock</c>. Held exclusively while a collector runs.</summary>
/// <remarks>Not for use by two at once.</remarks>
internal sealed class GcLock(StoreLayout layout) : IDisposable
{
    private readonly string _file = layout.StateDir + "/gc.lock";
    private int _descriptor = -1;

    /// <summary>Whether this process's own collector has it.</summary>
    public bool IsOurs { get; private set; }

    /// <summary>Takes it for this process's collector; false where another process has it.</summary>
    public bool TryTake()
    {
        if (IsOurs || !FileLock.TryExclusive(Descriptor, _file))
            return false;
        IsOurs = true;
        return true;
    }

    /// <summary>Begins a moment in which no other process's collector runs; false where one does. Ends with <see cref="Leave"/>.</summary>
    public bool TryEnter() => IsOurs || FileLock.TryShared(Descriptor, _file);

    public void Leave()
    {
        if (!IsOurs)
            FileLock.Release(Descriptor);
    }

    /// <summary>The collector is done.</summary>
    public void Release()
    {
        IsOurs = false;
        FileLock.Release(Descriptor);
    }

    public void Dispose()
    {
        if (_descriptor < 0)
            return;
        FileLock.Release(_descriptor);
        Syscalls.Close(_descriptor);
        _descriptor = -1;
    }

    private int Descriptor =>
        _descriptor >= 0
            ? _descriptor
            : _descriptor = Errno.Check(
                Syscalls.Open(
                    Syscalls.CurrentDirectory,
                    Encoding.UTF8.GetBytes(_file),
                    Syscalls.ReadWrite | Syscalls.Create,
                    0x180
                ),
                "open",
                _file
            );
}
