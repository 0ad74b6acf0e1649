using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Gives each input something to be mounted on in the store directory; symbolic links are made anew.</summary>
internal static unsafe class MountPoints
{
    public static void Place(Plan* plan, PreparedPaths* paths, MountPointPool? pool)
    {
        if (plan->InputCount == 0)
            return;
        using var store = OpenStore(paths);
        for (var i = 0; i < plan->InputCount; i++)
            Place(plan->Inputs + i, store, pool);
    }

    /// <summary>After the end of the sandbox: what was mounted on goes back to the pool.</summary>
    public static void Clear(Plan* plan, PreparedPaths* paths, MountPointPool? pool)
    {
        if (pool is null || plan->InputCount == 0)
            return;
        using var store = OpenStore(paths);
        pool.TakeBack(plan, store.Fd);
    }

    /// <summary>Gives one more input something to be mounted on.</summary>
    /// <exception cref="SetupException">Something of its name is there, or it cannot be made.</exception>
    public static void Place(Input* input, PreparedPaths* paths)
    {
        using var store = OpenStore(paths);
        Place(input, store, pool: null);
    }

    private static DirectoryHandle OpenStore(PreparedPaths* paths) =>
        DirectoryHandle.Open(paths->Store, "opening the store directory of the sandbox");

    private static void Place(Input* input, DirectoryHandle store, MountPointPool? pool)
    {
        var mode = Check(Kernel.FileMode(Kernel.CurrentDirectory, input->Source.Bytes), input) & Flags.TypeMask;
        if (mode == Flags.TypeSymbolicLink)
        {
            input->IsMade = true;
            CopyLink(input, store);
            return;
        }
        input->IsDirectory = mode == Flags.TypeDirectory;
        if (pool?.TryTake(input->IsDirectory, store.Fd, input->Name.Bytes) == true)
            return;
        if (input->IsDirectory)
        {
            Check(Kernel.MakeDirectory(store.Fd, input->Name.Bytes, 0x1ED), input);
            return;
        }
        const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
        Kernel.Close((int)Check(Kernel.OpenAt(store.Fd, input->Name.Bytes, flags, 0x124), input));
    }

    private static void CopyLink(Input* input, DirectoryHandle store)
    {
        const int maxTarget = 4096;
        var target = stackalloc byte[maxTarget + 1];
        var length = Kernel.ReadLink(Kernel.CurrentDirectory, input->Source.Bytes, target, maxTarget);
        target[Check(length, input)] = 0;
        Check(Kernel.SymbolicLink(target, store.Fd, input->Name.Bytes), input);
    }

    private static nint Check(nint result, Input* input) =>
        result < 0 ? throw new SetupException($"placing the input '{input->Source}'", result) : result;
}
