using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Builds the file system that the builder sees and makes it the root.</summary>
/// <remarks>Runs in the cloned child, in its own mount namespace. The root is on a tmpfs; the store directory, the
/// build directory and <c>/tmp</c> lie on the store's file system. Source: Nix manual, "sandbox"; Nix's
/// <c>linux-derivation-builder</c>.</remarks>
internal static unsafe class RootFileSystem
{
    public static void Enter(Plan* plan, PreparedPaths* paths, int statusFd)
    {
        var result = Kernel.Mount(Of("none"u8), Of("/"u8), null, Flags.MountRecursive | Flags.MountPrivate, null);
        ChildReport.Check(statusFd, result, SetupStep.PrivateMounts, Of("/"u8));
        // The root covers the scratch directory, so that what is shown of that must be opened before.
        var unattached = new RootDirectory(-1, statusFd);
        var temporary = unattached.OpenSource(paths->Temporary, BindFlags.None);
        var store = unattached.OpenSource(paths->Store, BindFlags.None);
        var build = unattached.OpenSource(paths->Build, BindFlags.None);
        var fd = MountRoot(plan, paths, statusFd);

        var root = new RootDirectory(fd, statusFd);
        MakeEtc(plan, root, statusFd);
        root.AttachAt(temporary, Of("/tmp"u8), 4);
        root.AttachAt(store, plan->StoreDirectory.Bytes, plan->StoreDirectory.Length);
        root.AttachAt(build, plan->BuildDirectory.Bytes, plan->BuildDirectory.Length);
        BindInputs(plan, root, statusFd);
        if ((plan->Flags & PlanFlags.GivenDevices) == 0)
            DeviceDirectory.Make(root, statusFd, (plan->Flags & PlanFlags.Kvm) != 0);
        for (var i = 0; i < plan->BindCount; i++)
        {
            var bind = plan->Binds + i;
            root.Bind(bind->Source.Bytes, bind->Target.Bytes, bind->Target.Length, bind->Flags);
        }
        ChildReport.Check(statusFd, Kernel.ChangeMode(fd, Of("etc"u8), 0x16D), SetupStep.Directory, Of("/etc"u8));
        MountKernelFileSystems(plan, root, statusFd);
        MakeReadOnly(fd, plan, statusFd);
        Pivot(plan, statusFd);
    }

    /// <summary>Mounts a file system in memory on the scratch directory.</summary>
    /// <returns>Its root.</returns>
    private static int MountRoot(Plan* plan, PreparedPaths* paths, int statusFd)
    {
        var scratch = plan->Scratch.Bytes;
        var system = ChildReport.Check(statusFd, Kernel.OpenFileSystem(Of("tmpfs"u8)), SetupStep.Root, scratch);
        Set(system, Of("size"u8), Of("64m"u8), scratch, statusFd);
        Set(system, Of("mode"u8), Of("0750"u8), scratch, statusFd);
        var made = Kernel.ConfigureFileSystem(system, Flags.CreateNow, null, null);
        ChildReport.Check(statusFd, made, SetupStep.Root, scratch);
        var fd = ChildReport.Check(statusFd, Kernel.MountFileSystem(system), SetupStep.Root, scratch);
        Kernel.Close(system);
        var attached = Kernel.MoveMount(fd, Of("\0"u8), Kernel.CurrentDirectory, scratch, Flags.MoveFromEmptyPath);
        ChildReport.Check(statusFd, attached, SetupStep.Root, scratch);
        if (paths->IsRootUser)
        {
            // A descriptor of a mount names its root, but only as a path can that get another owner.
            ChildReport.Check(statusFd, Kernel.ChangeDirectory(fd), SetupStep.Root, scratch);
            var owned = Kernel.ChangeOwner(Kernel.CurrentDirectory, Of("."u8), 0, plan->HostGid);
            ChildReport.Check(statusFd, owned, SetupStep.Root, scratch);
        }
        return fd;
    }

    private static void Set(int system, byte* key, byte* value, byte* detail, int statusFd)
    {
        var result = Kernel.ConfigureFileSystem(system, Flags.SetText, key, value);
        ChildReport.Check(statusFd, result, SetupStep.Root, detail);
    }

    private static void MakeEtc(Plan* plan, RootDirectory root, int statusFd)
    {
        var etc = root.Open(Of("/etc"u8), 4);
        // An O_PATH descriptor serves as a directory to create in.
        for (var i = 0; i < plan->EtcFileCount; i++)
            root.WriteFile(etc, plan->EtcFiles[i].Name.Bytes, plan->EtcFiles[i].Content, plan->EtcFiles[i].Mode);
        ChildReport.Check(statusFd, Kernel.Close(etc), SetupStep.Directory, Of("/etc"u8));
    }

    /// <summary>Binds the inputs over the mount points that the parent has put into the store directory.</summary>
    private static void BindInputs(Plan* plan, RootDirectory root, int statusFd)
    {
        var store = root.Open(plan->StoreDirectory.Bytes, plan->StoreDirectory.Length);
        var flags = (plan->Flags & PlanFlags.WritableInputs) != 0 ? BindFlags.None : BindFlags.ReadOnly;
        for (var i = 0; i < plan->InputCount; i++)
        {
            var input = plan->Inputs + i;
            if (input->IsMade)
                continue;
            var tree = root.OpenSource(input->Source.Bytes, flags);
            root.Attach(tree, store, input->Name.Bytes, input->Source.Bytes);
        }
        Kernel.Close(store);
    }

    private static void MountKernelFileSystems(Plan* plan, RootDirectory root, int statusFd)
    {
        ChildReport.Check(statusFd, Kernel.ChangeDirectory(root.Fd), SetupStep.Root, Of("/"u8));
        Kernel.Close(root.Open(Of("/proc"u8), 5));
        var result = Kernel.Mount(Of("none"u8), Of("proc"u8), Of("proc"u8), 0, null);
        ChildReport.Check(statusFd, result, SetupStep.Proc, Of("/proc"u8));
        if ((plan->Flags & PlanFlags.GivenDevices) != 0)
            return;
        result = Kernel.Mount(
            Of("none"u8),
            Of("dev/shm"u8),
            Of("tmpfs"u8),
            Flags.MountNoSuid | Flags.MountNoDevices,
            plan->SharedMemoryOption.Bytes
        );
        ChildReport.Check(statusFd, result, SetupStep.SharedMemory, Of("/dev/shm"u8));
        result = Kernel.Mount(Of("none"u8), Of("dev/pts"u8), Of("devpts"u8), 0, Of("newinstance,mode=0620"u8));
        ChildReport.Check(statusFd, result, SetupStep.Terminals, Of("/dev/pts"u8));
        result = Kernel.ChangeMode(root.Fd, Of("dev/pts/ptmx"u8), 0x1B6);
        ChildReport.Check(statusFd, result, SetupStep.Terminals, Of("/dev/pts/ptmx"u8));
        root.Link(Of("/dev/pts/ptmx"u8), Of("dev/ptmx"u8));
    }

    /// <summary>Without root the builder owns what PID 1 has made: its mode alone would not keep <c>/</c> and
    /// <c>/etc</c> from being changed.</summary>
    private static void MakeReadOnly(int fd, Plan* plan, int statusFd)
    {
        var attributes = stackalloc ulong[4] { 1, 0, 0, 0 };
        var result = Kernel.SetMountAttributes(fd, Of("\0"u8), Flags.EmptyPath, attributes, 4 * sizeof(ulong));
        ChildReport.Check(statusFd, result, SetupStep.Root, plan->Scratch.Bytes);
    }

    private static void Pivot(Plan* plan, int statusFd)
    {
        ChildReport.Check(statusFd, Kernel.PivotRoot(Of("."u8), Of("."u8)), SetupStep.Pivot, plan->Scratch.Bytes);
        ChildReport.Check(statusFd, Kernel.Unmount(Of("."u8), Flags.Detach), SetupStep.Pivot, plan->Scratch.Bytes);
        ChildReport.Check(statusFd, Kernel.ChangeDirectory(Of("/"u8)), SetupStep.Pivot, plan->Scratch.Bytes);
    }
}
