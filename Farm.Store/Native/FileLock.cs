namespace Farm.Store.Native;

/// <summary>Whole-file locks (<c>flock</c>), as Nix takes them. A lock belongs to an open file: all copies of its descriptor share it.</summary>
internal static class FileLock
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;

    /// <summary>Whether the lock could be had now.</summary>
    /// <exception cref="StoreException.FileSystem">The file cannot be locked at all.</exception>
    public static bool TryShared(int descriptor, string file) => Try(descriptor, Shared | NonBlocking, file);

    /// <inheritdoc cref="TryShared"/>
    public static bool TryExclusive(int descriptor, string file) => Try(descriptor, Exclusive | NonBlocking, file);

    /// <summary>Waits for the lock; for one that is never held longer than a glance.</summary>
    public static void TakeExclusive(int descriptor, string file) => Try(descriptor, Exclusive, file);

    /// <summary>Unlocks, also for a child that is being started and has a copy of the descriptor until it runs its program.</summary>
    public static void Release(int descriptor) => _ = LibC.Flock(descriptor, Unlock);

    private static bool Try(int descriptor, int operation, string file)
    {
        while (LibC.Flock(descriptor, operation) != 0)
        {
            var error = -Errno.Last;
            if (error == Errno.WouldBlock)
                return false;
            if (error != Errno.Interrupted)
                throw Errno.Exception(error, "lock", file);
        }
        return true;
    }
}
