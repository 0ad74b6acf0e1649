using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Makes directories, files and mounts below the new root without ever following a symbolic link there.</summary>
/// <remarks>Runs in the cloned child.</remarks>
internal unsafe ref struct RootDirectory(int rootFd, int statusFd)
{
    private const int DirectoryHandle = Flags.PathOnly | Flags.Directory | Flags.NoFollow | Flags.CloseOnExec;

    public readonly int Fd => rootFd;

    /// <summary>Opens the directory of an absolute path seen from the new root; makes what is missing.</summary>
    public readonly int Open(byte* path, int length)
    {
        var current = rootFd;
        var at = 0;
        var part = stackalloc byte[256];
        while (NextName(path, length, ref at, out var name, out var nameLength))
        {
            Copy(name, nameLength, part, path);
            var next = OpenOrMake(current, part, path);
            if (current != rootFd)
                Kernel.Close(current);
            current = next;
        }
        return current;
    }

    /// <summary>Opens the parent directory of a path and copies the last name to <paramref name="name"/>.</summary>
    public readonly int OpenParent(byte* path, int length, byte* name)
    {
        while (length > 1 && path[length - 1] == (byte)'/')
            length--;
        var slash = length - 1;
        while (slash > 0 && path[slash] != (byte)'/')
            slash--;
        Copy(path + slash + 1, length - slash - 1, name, path);
        return Open(path, slash);
    }

    /// <summary>Binds a path of the host at a path inside.</summary>
    public readonly void Bind(byte* source, byte* target, int targetLength, BindFlags flags)
    {
        if (!Has(flags, BindFlags.FollowSource) && IsSymbolicLink(source))
        {
            MakeAnew(source, target, targetLength);
            return;
        }
        var tree = OpenSource(source, flags);
        if (tree >= 0)
            AttachAt(tree, target, targetLength);
    }

    /// <summary>Moves a detached tree to a path inside, where something to mount on is made, and closes it.</summary>
    public readonly void AttachAt(int tree, byte* target, int targetLength)
    {
        var name = stackalloc byte[256];
        var parent = OpenParent(target, targetLength, name);
        MakeMountPoint(tree, parent, name, target);
        Attach(tree, parent, name, target);
        Kernel.Close(parent == rootFd ? -1 : parent);
    }

    /// <summary>A detached copy of the mounts at a path of the host; -1 when it is optional and absent.</summary>
    public readonly int OpenSource(byte* source, BindFlags flags)
    {
        var treeFlags = Flags.TreeClone | Flags.TreeCloseOnExec | Flags.TreeRecursive;
        if (!Has(flags, BindFlags.FollowSource))
            treeFlags |= Flags.SymlinkNoFollow;
        var tree = Kernel.OpenTree(Kernel.CurrentDirectory, source, treeFlags);
        if (Has(flags, BindFlags.Optional) && tree is -Flags.NotFound or -Flags.NotADirectory)
            return -1;
        var fd = ChildReport.Check(statusFd, tree, SetupStep.BindSource, source);
        if (Has(flags, BindFlags.ReadOnly))
        {
            var attributes = stackalloc ulong[4] { 1, 0, 0, 0 };
            var result = Kernel.SetMountAttributes(
                fd,
                Of("\0"u8),
                Flags.EmptyPath | Flags.TreeRecursive,
                attributes,
                4 * sizeof(ulong)
            );
            ChildReport.Check(statusFd, result, SetupStep.BindSource, source);
        }
        return fd;
    }

    /// <summary>Moves a detached tree to an existing mount point and closes it.</summary>
    public readonly void Attach(int tree, int parent, byte* name, byte* detail)
    {
        var moved = Kernel.MoveMount(tree, Of("\0"u8), parent, name, Flags.MoveFromEmptyPath);
        ChildReport.Check(statusFd, moved, SetupStep.BindTarget, detail);
        Kernel.Close(tree);
    }

    public readonly void Link(byte* target, byte* name)
    {
        var made = Kernel.SymbolicLink(target, rootFd, name);
        ChildReport.Check(statusFd, made, SetupStep.File, name);
    }

    public readonly void WriteFile(int directory, byte* name, Text content, int mode)
    {
        const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
        var fd = ChildReport.Check(statusFd, Kernel.OpenAt(directory, name, flags, mode), SetupStep.File, name);
        var written = 0;
        while (written < content.Length)
        {
            var result = Kernel.Write(fd, content.Bytes + written, content.Length - written);
            written += ChildReport.Check(statusFd, result, SetupStep.File, name);
        }
        ChildReport.Check(statusFd, Kernel.ChangeMode(fd, mode), SetupStep.File, name);
        Kernel.Close(fd);
    }

    private readonly void MakeAnew(byte* source, byte* target, int targetLength)
    {
        var link = stackalloc byte[4097];
        var length = Kernel.ReadLink(Kernel.CurrentDirectory, source, link, 4096);
        link[ChildReport.Check(statusFd, length, SetupStep.BindSource, source)] = 0;
        var name = stackalloc byte[256];
        var parent = OpenParent(target, targetLength, name);
        var made = Kernel.SymbolicLink(link, parent, name);
        ChildReport.Check(statusFd, made, SetupStep.BindTarget, target);
        Kernel.Close(parent == rootFd ? -1 : parent);
    }

    private readonly void MakeMountPoint(int tree, int parent, byte* name, byte* detail)
    {
        var mode = ChildReport.Check(statusFd, Kernel.FileMode(tree), SetupStep.BindSource, detail);
        nint made;
        if ((mode & Flags.TypeMask) == Flags.TypeDirectory)
        {
            made = Kernel.MakeDirectory(parent, name, 0x1ED);
        }
        else
        {
            const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
            made = Kernel.OpenAt(parent, name, flags, 0x124);
            if (made >= 0)
                Kernel.Close((int)made);
        }
        if (made != -Flags.Exists)
            ChildReport.Check(statusFd, made, SetupStep.BindTarget, detail);
    }

    private readonly int OpenOrMake(int directory, byte* name, byte* detail)
    {
        var fd = Kernel.OpenAt(directory, name, DirectoryHandle);
        if (fd == -Flags.NotFound)
        {
            var made = Kernel.MakeDirectory(directory, name, 0x1ED);
            ChildReport.Check(statusFd, made, SetupStep.Directory, detail);
            fd = Kernel.OpenAt(directory, name, DirectoryHandle);
        }
        return ChildReport.Check(statusFd, fd, SetupStep.Directory, detail);
    }

    private readonly void Copy(byte* name, int length, byte* to, byte* detail)
    {
        const int nameTooLong = 36;
        if (length is 0 or > 255)
            ChildReport.Fail(statusFd, SetupStep.Directory, -nameTooLong, detail);
        var isDots = length <= 2 && name[0] == (byte)'.' && name[length - 1] == (byte)'.';
        if (isDots)
            ChildReport.Fail(statusFd, SetupStep.Directory, -Flags.InvalidArgument, detail);
        for (var i = 0; i < length; i++)
            to[i] = name[i];
        to[length] = 0;
    }

    private static bool NextName(byte* path, int length, ref int at, out byte* name, out int nameLength)
    {
        while (at < length && path[at] == (byte)'/')
            at++;
        name = path + at;
        var start = at;
        while (at < length && path[at] != (byte)'/')
            at++;
        nameLength = at - start;
        return nameLength > 0;
    }

    private static bool IsSymbolicLink(byte* path)
    {
        var mode = Kernel.FileMode(Kernel.CurrentDirectory, path);
        return mode >= 0 && (mode & Flags.TypeMask) == Flags.TypeSymbolicLink;
    }

    private static bool Has(BindFlags flags, BindFlags flag) => (flags & flag) != 0;
}
