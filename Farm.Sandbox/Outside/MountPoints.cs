using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Gives each input something to be mounted on in the store directory, and takes it back.</summary>
/// <remarks>Making and removing a directory on a disk's file system costs ten times a rename, so empty files and
/// directories are kept in a pool (<c>d0</c>, <c>d1</c>, … and <c>f0</c>, …) and moved in and out. A pool serves one
/// sandbox at a time. What is missing is made; what a killed sandbox did not give back goes with its scratch directory.
/// </remarks>
internal static unsafe class MountPoints
{
    public static void Place(Plan* plan, PreparedPaths* paths)
    {
        if (plan->InputCount == 0)
            return;
        using var store = DirectoryHandle.Open(paths->Store, "opening the store directory of the sandbox");
        using var pool = OpenPool(plan);
        var taken = new PoolCounters();
        for (var i = 0; i < plan->InputCount; i++)
            Place(plan->Inputs + i, store, pool, ref taken);
    }

    public static void TakeBack(Plan* plan, PreparedPaths* paths)
    {
        if (plan->MountPointPool.Length == 0)
            return;
        using var store = DirectoryHandle.Open(paths->Store, "opening the store directory of the sandbox");
        using var pool = OpenPool(plan);
        var name = stackalloc byte[16];
        for (var i = 0; i < plan->InputCount; i++)
        {
            var input = plan->Inputs + i;
            if (input->IsMade)
                continue;
            PoolName(name, input);
            // A failure leaves the mount point to the removal of the scratch directory, and the pool one smaller.
            Kernel.Rename(store!.Fd, input->Name.Bytes, pool!.Fd, name);
        }
    }

    private static DirectoryHandle? OpenPool(Plan* plan) =>
        plan->MountPointPool.Length == 0
            ? null
            : DirectoryHandle.Open(plan->MountPointPool.Bytes, $"opening the pool '{plan->MountPointPool}'");

    private static void Place(Input* input, DirectoryHandle store, DirectoryHandle? pool, ref PoolCounters taken)
    {
        var what = $"placing the input '{input->Source}'";
        var mode = SetupException.Check(Kernel.FileMode(Kernel.CurrentDirectory, input->Source.Bytes), what);
        if ((mode & Flags.TypeMask) == Flags.TypeSymbolicLink)
        {
            input->IsMade = true;
            CopyLink(input, store, what);
            return;
        }
        input->IsDirectory = (mode & Flags.TypeMask) == Flags.TypeDirectory;
        input->PoolNumber = input->IsDirectory ? taken.Directories++ : taken.Files++;
        if (pool is not null && TakeFromPool(input, store, pool))
            return;
        if (input->IsDirectory)
        {
            SetupException.Check(Kernel.MakeDirectory(store.Fd, input->Name.Bytes, Convert.ToInt32("755", 8)), what);
            return;
        }
        const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
        var made = Kernel.OpenAt(store.Fd, input->Name.Bytes, flags, Convert.ToInt32("444", 8));
        Kernel.Close((int)SetupException.Check(made, what));
    }

    private static bool TakeFromPool(Input* input, DirectoryHandle store, DirectoryHandle pool)
    {
        var name = stackalloc byte[16];
        PoolName(name, input);
        return Kernel.Rename(pool.Fd, name, store.Fd, input->Name.Bytes) >= 0;
    }

    private static void CopyLink(Input* input, DirectoryHandle store, string what)
    {
        const int maxTarget = 4096;
        var target = stackalloc byte[maxTarget + 1];
        var length = Kernel.ReadLink(Kernel.CurrentDirectory, input->Source.Bytes, target, maxTarget);
        target[SetupException.Check(length, what)] = 0;
        SetupException.Check(Kernel.SymbolicLink(target, store.Fd, input->Name.Bytes), what);
    }

    private static void PoolName(byte* name, Input* input)
    {
        var span = new Span<byte>(name, 16);
        span[0] = input->IsDirectory ? (byte)'d' : (byte)'f';
        input->PoolNumber.TryFormat(span[1..15], out var length);
        span[length + 1] = 0;
    }

    private struct PoolCounters
    {
        public int Directories;
        public int Files;
    }
}
