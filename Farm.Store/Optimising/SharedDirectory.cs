using Farm.Store.Native;

namespace Farm.Store.Optimising;

/// <summary>An open directory of a store object that several batches of its files work in; the last one closes it.</summary>
internal sealed class SharedDirectory(int descriptor, string shown) : IDisposable
{
    private int _users = 1;

    public int Descriptor { get; } = descriptor;

    /// <summary>For messages: its path.</summary>
    public string Shown { get; } = shown;

    /// <summary>One more has to dispose of it.</summary>
    public SharedDirectory Share()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Syscalls.Close(Descriptor);
    }
}
