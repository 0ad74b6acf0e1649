using System.Runtime.InteropServices;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Fills the scratch directory before the clone: <c>store</c>, <c>build</c> and <c>tmp</c>, and the given
/// files. The build directory is new for each build; the others may be empty ones of an earlier build, of which the worker knows that
/// nothing could leave it: else somebody outside who still held one open would be in the next.</summary>
internal static unsafe class ScratchDirectory
{
    public static PreparedPaths* Prepare(Plan* plan)
    {
        var paths = (PreparedPaths*)NativeMemory.AllocZeroed((nuint)sizeof(PreparedPaths));
        // Root without other ids, as in a user namespace of one, is a user like any other.
        paths->IsRootUser = Kernel.EffectiveUser() == 0 && plan->HostUid != 0;
        if (!paths->IsRootUser)
        {
            plan->HostUid = (uint)Kernel.EffectiveUser();
            plan->HostGid = (uint)Kernel.EffectiveGroup();
        }
        Kernel.FileModeMask(0);
        if ((plan->Flags & PlanFlags.Unconfined) != 0)
        {
            paths->Build = plan->Scratch.Bytes;
            if (paths->IsRootUser)
                Own(paths->Build, plan->HostUid, plan->HostGid);
            WriteBuildFiles(plan, paths);
            GiveSocket(plan, paths);
            return paths;
        }
        paths->Store = MakeDirectory(plan, "store"u8, 0x3FD, mayBeThere: true); // 1775
        paths->Build = MakeDirectory(plan, "build"u8, 0x1C0, mayBeThere: false);
        paths->Temporary = MakeDirectory(plan, "tmp"u8, 0x3FF, mayBeThere: true); // 1777
        if (paths->IsRootUser)
        {
            Own(paths->Store, 0, plan->HostGid);
            Own(paths->Build, plan->HostUid, plan->HostGid);
        }
        WriteBuildFiles(plan, paths);
        GiveSocket(plan, paths);
        return paths;
    }

    /// <summary>Puts the socket of Nix's daemon, by Nix's name for it, on which the worker listens already, where the builder finds it; it is the builder's alone.</summary>
    private static void GiveSocket(Plan* plan, PreparedPaths* paths)
    {
        if ((plan->Flags & PlanFlags.Socket) == 0)
            return;
        var made = NativePath.In(plan->Scratch, ".nix-socket"u8);
        if ((plan->Flags & PlanFlags.Unconfined) == 0)
        {
            var given = NativePath.In(plan->Scratch, "build/.nix-socket"u8);
            var moved = Kernel.Rename(Kernel.CurrentDirectory, made, Kernel.CurrentDirectory, given);
            SetupException.Check(moved, "giving the builder its socket");
            made = given;
        }
        if (paths->IsRootUser)
            Own(made, plan->HostUid, plan->HostGid);
    }

    private static byte* MakeDirectory(Plan* plan, ReadOnlySpan<byte> name, int mode, bool mayBeThere)
    {
        var path = NativePath.In(plan->Scratch, name);
        var made = Kernel.MakeDirectory(Kernel.CurrentDirectory, path, mode);
        if (mayBeThere && made == -Flags.Exists)
            made = Kernel.ChangeMode(Kernel.CurrentDirectory, path, mode);
        return made < 0 ? throw new SetupException($"making '{NativePath.Show(path)}'", made) : path;
    }

    private static void Own(byte* path, uint uid, uint gid)
    {
        var result = Kernel.ChangeOwner(Kernel.CurrentDirectory, path, uid, gid);
        if (result < 0)
            throw new SetupException($"giving the build user '{NativePath.Show(path)}'", result);
    }

    private static void WriteBuildFiles(Plan* plan, PreparedPaths* paths)
    {
        if (plan->BuildFileCount == 0)
            return;
        var directory = (int)
            SetupException.Check(Kernel.Open(paths->Build, Flags.PathOnly | Flags.CloseOnExec), "opening 'build'");
        for (var i = 0; i < plan->BuildFileCount; i++)
            WriteFile(directory, plan->BuildFiles + i, plan, paths->IsRootUser);
        Kernel.Close(directory);
    }

    private static void WriteFile(int directory, GivenFile* file, Plan* plan, bool isRootUser)
    {
        const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
        var fd = (int)Check(Kernel.OpenAt(directory, file->Name.Bytes, flags, file->Mode), file);
        for (var written = 0; written < file->Content.Length; )
            written += (int)Check(
                Kernel.Write(fd, file->Content.Bytes + written, file->Content.Length - written),
                file
            );
        if (isRootUser)
            Check(Kernel.ChangeOwner(fd, plan->HostUid, plan->HostGid), file);
        Kernel.Close(fd);
    }

    private static nint Check(nint result, GivenFile* file) =>
        result < 0 ? throw new SetupException($"writing '{file->Name}' of the build directory", result) : result;
}
