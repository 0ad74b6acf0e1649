using System.Runtime.CompilerServices;

namespace Farm.Store.Native;

/// <summary>File calls on names that are bytes. Each answers a result, or the negated error number.</summary>
/// <remarks>Names need no NUL at the end and must contain none. Nothing here follows a symbolic link in the last component.</remarks>
internal static unsafe class Syscalls
{
    public const int CurrentDirectory = -100;
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int Directory = 0x10000;
    public const int NoFollow = 0x20000;
    public const int CloseOnExec = 0x80000;

    private const int PathBytes = 4097;
    private const int SymlinkNoFollow = 0x100;
    private const int RemoveDirectoryFlag = 0x200;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const ulong ImmutableAttribute = 0x10;

    [SkipLocalsInit]
    public static int Open(int directory, ReadOnlySpan<byte> name, int flags, uint mode = 0)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        while (true)
        {
            var result = LibC.OpenAt(directory, path, flags | NoFollow | CloseOnExec, mode);
            if (result >= 0 || Errno.Last != -Errno.Interrupted)
                return result >= 0 ? result : Errno.Last;
        }
    }

    public static void Close(int descriptor) => _ = LibC.Close(descriptor);

    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = LibC.Read(descriptor, start, buffer.Length);
                if (count >= 0 || Errno.Last != -Errno.Interrupted)
                    return count >= 0 ? (int)count : Errno.Last;
            }
        }
    }

    /// <summary>Writes all bytes.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length; )
            {
                var count = LibC.Write(descriptor, start + done, bytes.Length - done);
                if (count >= 0)
                    done += (int)count;
                else if (Errno.Last != -Errno.Interrupted)
                    return Errno.Last;
            }
        }
        return 0;
    }

    public static int Status(int descriptor, out FileStatus status)
    {
        byte nothing = 0;
        return Statx(descriptor, &nothing, EmptyPath, out status);
    }

    [SkipLocalsInit]
    public static int Status(int directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        return Statx(directory, path, SymlinkNoFollow, out status);
    }

    [SkipLocalsInit]
    public static int MakeDirectory(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        return LibC.MkdirAt(directory, path, mode) == 0 ? 0 : Errno.Last;
    }

    [SkipLocalsInit]
    public static int MakeSymlink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name)
    {
        var to = stackalloc byte[PathBytes];
        var path = stackalloc byte[PathBytes];
        Terminate(target, to);
        Terminate(name, path);
        return LibC.SymlinkAt(to, directory, path) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Reads a link's target; answers its length.</summary>
    [SkipLocalsInit]
    public static int ReadLink(int directory, ReadOnlySpan<byte> name, Span<byte> target)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        fixed (byte* start = target)
        {
            var count = LibC.ReadLinkAt(directory, path, start, target.Length);
            return count >= 0 ? (int)count : Errno.Last;
        }
    }

    [SkipLocalsInit]
    public static int Link(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to)
    {
        var source = stackalloc byte[PathBytes];
        var path = stackalloc byte[PathBytes];
        Terminate(from, source);
        Terminate(to, path);
        return LibC.LinkAt(fromDirectory, source, toDirectory, path, 0) == 0 ? 0 : Errno.Last;
    }

    [SkipLocalsInit]
    public static int Rename(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to)
    {
        var source = stackalloc byte[PathBytes];
        var path = stackalloc byte[PathBytes];
        Terminate(from, source);
        Terminate(to, path);
        return LibC.RenameAt(fromDirectory, source, toDirectory, path) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Lets two names change places. Not every file system can.</summary>
    [SkipLocalsInit]
    public static int Exchange(int directory, ReadOnlySpan<byte> name, int otherDirectory, ReadOnlySpan<byte> other)
    {
        const uint exchange = 2;
        var source = stackalloc byte[PathBytes];
        var path = stackalloc byte[PathBytes];
        Terminate(name, source);
        Terminate(other, path);
        return LibC.RenameAt2(directory, source, otherDirectory, path, exchange) == 0 ? 0 : Errno.Last;
    }

    public static int Unlink(int directory, ReadOnlySpan<byte> name) => Unlink(directory, name, 0);

    public static int RemoveDirectory(int directory, ReadOnlySpan<byte> name) =>
        Unlink(directory, name, RemoveDirectoryFlag);

    public static int ChangeMode(int descriptor, uint mode) => LibC.FChmod(descriptor, mode) == 0 ? 0 : Errno.Last;

    [SkipLocalsInit]
    public static int ChangeMode(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        return LibC.FChmodAt(directory, path, mode, 0) == 0 ? 0 : Errno.Last;
    }

    [SkipLocalsInit]
    public static int ChangeOwner(int directory, ReadOnlySpan<byte> name, uint user, uint group)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        return LibC.FChownAt(directory, path, user, group, SymlinkNoFollow) == 0 ? 0 : Errno.Last;
    }

    public static int ChangeOwner(int descriptor, uint user, uint group)
    {
        byte nothing = 0;
        return LibC.FChownAt(descriptor, &nothing, user, group, EmptyPath) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Goes on in an open file so many bytes further.</summary>
    public static int Skip(int descriptor, long count)
    {
        const int fromHere = 1;
        return LibC.LSeek(descriptor, count, fromHere) >= 0 ? 0 : Errno.Last;
    }

    /// <summary>Waits until an open file's contents and metadata, or a directory's names, are on the disk.</summary>
    public static int Sync(int descriptor) => LibC.FSync(descriptor) == 0 ? 0 : Errno.Last;

    /// <summary>Gives an open file all blocks up to this size.</summary>
    public static int Allocate(int descriptor, long sizeBytes) =>
        LibC.FAllocate(descriptor, 0, 0, sizeBytes) == 0 ? 0 : Errno.Last;

    /// <summary>Bytes that others than the superuser may still write to the file system of an open file.</summary>
    public static int FreeSpace(int descriptor, out long bytes)
    {
        StatVfsBuffer buffer;
        var result = LibC.FStatVfs(descriptor, &buffer) == 0 ? 0 : Errno.Last;
        bytes = result == 0 ? (long)Math.Min(buffer.AvailableBlocks * buffer.FragmentBytes, long.MaxValue) : 0;
        return result;
    }

    /// <summary>Sets the modification time of an open file to one second after the epoch, leaving the access time.</summary>
    public static int ResetTime(int descriptor)
    {
        var times = stackalloc TimeSpec[2];
        StoreTimes(times);
        return LibC.FUtimens(descriptor, times) == 0 ? 0 : Errno.Last;
    }

    /// <inheritdoc cref="ResetTime(int)"/>
    [SkipLocalsInit]
    public static int ResetTime(int directory, ReadOnlySpan<byte> name)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        var times = stackalloc TimeSpec[2];
        StoreTimes(times);
        return LibC.UtimensAt(directory, path, times, SymlinkNoFollow) == 0 ? 0 : Errno.Last;
    }

    [SkipLocalsInit]
    private static int Unlink(int directory, ReadOnlySpan<byte> name, int flags)
    {
        var path = stackalloc byte[PathBytes];
        Terminate(name, path);
        return LibC.UnlinkAt(directory, path, flags) == 0 ? 0 : Errno.Last;
    }

    [SkipLocalsInit]
    private static int Statx(int directory, byte* path, int flags, out FileStatus status)
    {
        StatxBuffer buffer;
        if (LibC.Statx(directory, path, flags, BasicStats, &buffer) != 0)
        {
            status = default;
            return Errno.Last;
        }
        status = new(
            buffer.Mode,
            buffer.Inode,
            buffer.Links,
            buffer.Size,
            buffer.User,
            buffer.Group,
            buffer.ModifiedSeconds,
            buffer.ModifiedNanoseconds,
            buffer.ChangedSeconds,
            buffer.ChangedNanoseconds,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            (buffer.Attributes & ImmutableAttribute) != 0
        );
        return 0;
    }

    private static void StoreTimes(TimeSpec* times)
    {
        const long omit = (1 << 30) - 2;
        times[0] = new TimeSpec { Nanoseconds = omit };
        times[1] = new TimeSpec { Seconds = 1 };
    }

    private static void Terminate(ReadOnlySpan<byte> name, byte* path)
    {
        if (name.Length >= PathBytes)
            throw new ArgumentException(
                $"A path of {name.Length} bytes is longer than the kernel takes.",
                nameof(name)
            );
        name.CopyTo(new Span<byte>(path, PathBytes));
        path[name.Length] = 0;
    }
}
