namespace Farm.Store.Native;

/// <summary>The immutable bit of an inode. All names of the inode share it.</summary>
internal static unsafe class InodeFlags
{
    private const nuint GetFlags = 0x80086601;
    private const nuint SetFlags = 0x40086602;
    private const long Immutable = 0x10;

    /// <summary>Sets or clears the bit of an open file or directory. Answers 0, or the negated error number.</summary>
    public static int Change(int descriptor, bool isImmutable)
    {
        long flags = 0;
        if (LibC.Ioctl(descriptor, GetFlags, &flags) != 0)
            return Errno.Last;
        var wanted = isImmutable ? flags | Immutable : flags & ~Immutable;
        if (wanted == flags)
            return 0;
        return LibC.Ioctl(descriptor, SetFlags, &wanted) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Clears the bit of an open file or directory, and tells all flags that it had.</summary>
    public static int Lift(int descriptor, out long flags)
    {
        long found = 0;
        flags = 0;
        if (LibC.Ioctl(descriptor, GetFlags, &found) != 0)
            return Errno.Last;
        flags = found;
        found &= ~Immutable;
        return found == flags || LibC.Ioctl(descriptor, SetFlags, &found) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Sets the bit beside the flags that <see cref="Lift"/> has told: nobody but its caller changes them meanwhile.</summary>
    public static int SetAgain(int descriptor, long flags)
    {
        var wanted = flags | Immutable;
        return LibC.Ioctl(descriptor, SetFlags, &wanted) == 0 ? 0 : Errno.Last;
    }

    /// <summary>As <see cref="Change(int, bool)"/> by name. A symbolic link has no such bit: nothing happens.</summary>
    public static int Change(int directory, ReadOnlySpan<byte> name, bool isImmutable)
    {
        var descriptor = Syscalls.Open(directory, name, Syscalls.ReadOnly | Syscalls.NonBlocking);
        if (descriptor == -Errno.SymlinkLoop)
            return 0;
        if (descriptor < 0)
            return descriptor;
        try
        {
            return Change(descriptor, isImmutable);
        }
        finally
        {
            Syscalls.Close(descriptor);
        }
    }
}
