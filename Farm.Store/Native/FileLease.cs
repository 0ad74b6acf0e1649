namespace Farm.Store.Native;

/// <summary>Read leases: the kernel grants one only while nobody can write to the file, by a descriptor, also one on its way through a socket, or
/// by a mapping. Source: <c>fcntl(2)</c>, "Leases".</summary>
internal static class FileLease
{
    private const int SetSignal = 10;
    private const nint Urgent = 23; // SIGURG, which does nothing where nobody asks for it; the usual one ends a process.
    private const int Set = 1024;
    private const nint Read = 0;
    private const nint None = 2;

    /// <summary>Whether nobody has an open file open for writing, at this moment.</summary>
    /// <returns>False also where that cannot be told: not every file system has leases.</returns>
    public static bool IsWrittenByNobody(int descriptor)
    {
        if (LibC.Fcntl(descriptor, SetSignal, Urgent) != 0 || LibC.Fcntl(descriptor, Set, Read) != 0)
            return false;
        // At once: whoever opens the file for writing waits meanwhile, and we are sent the signal.
        _ = LibC.Fcntl(descriptor, Set, None);
        return true;
    }
}
