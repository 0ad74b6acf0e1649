using System.Runtime.InteropServices;
using System.Text;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Fills the scratch directory before the clone: <c>store</c>, <c>build</c> and <c>tmp</c>, and the given
/// files. The build directory is new for each build; the others may be empty ones of an earlier build, of which the worker knows that
/// nothing could leave it: else somebody outside who still held one open would be in the next.</summary>
internal static unsafe class ScratchDirectory
{
    /// <summary>Name of the socket of Nix's daemon in a build directory; Nix's own.</summary>
    private const string SocketName = ".nix-socket";

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
        paths->Store = MakeDirectory(plan, "store", Convert.ToInt32("1775", 8), mayBeThere: true);
        paths->Build = MakeDirectory(plan, "build", Convert.ToInt32("700", 8), mayBeThere: false);
        paths->Temporary = MakeDirectory(plan, "tmp", Convert.ToInt32("1777", 8), mayBeThere: true);
        if (paths->IsRootUser)
        {
            Own(paths->Store, 0, plan->HostGid);
            Own(paths->Build, plan->HostUid, plan->HostGid);
        }
        WriteBuildFiles(plan, paths);
        GiveSocket(plan, paths);
        return paths;
    }

    /// <summary>A text of the host in unmanaged memory.</summary>
    public static byte* Native(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var bytes = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
        return bytes;
    }

    /// <summary>Puts the socket, on which the worker listens already, where the builder finds it; it is the builder's alone.</summary>
    private static void GiveSocket(Plan* plan, PreparedPaths* paths)
    {
        if ((plan->Flags & PlanFlags.Socket) == 0)
            return;
        var made = Native($"{plan->Scratch}/{SocketName}");
        if ((plan->Flags & PlanFlags.Unconfined) == 0)
        {
            var given = Native($"{plan->Scratch}/build/{SocketName}");
            var moved = Kernel.Rename(Kernel.CurrentDirectory, made, Kernel.CurrentDirectory, given);
            SetupException.Check(moved, "giving the builder its socket");
            made = given;
        }
        if (paths->IsRootUser)
            Own(made, plan->HostUid, plan->HostGid);
    }

    private static byte* MakeDirectory(Plan* plan, string name, int mode, bool mayBeThere)
    {
        var path = $"{plan->Scratch}/{name}";
        var native = Native(path);
        var made = Kernel.MakeDirectory(Kernel.CurrentDirectory, native, mode);
        if (mayBeThere && made == -Flags.Exists)
            made = Kernel.ChangeMode(Kernel.CurrentDirectory, native, mode);
        SetupException.Check(made, $"making '{path}'");
        return native;
    }

    private static void Own(byte* path, uint uid, uint gid) =>
        SetupException.Check(
            Kernel.ChangeOwner(Kernel.CurrentDirectory, path, uid, gid),
            $"giving the build user '{Marshal.PtrToStringUTF8((nint)path)}'"
        );

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
        var what = $"writing '{file->Name}' of the build directory";
        const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
        var fd = (int)SetupException.Check(Kernel.OpenAt(directory, file->Name.Bytes, flags, file->Mode), what);
        for (var written = 0; written < file->Content.Length; )
        {
            var result = Kernel.Write(fd, file->Content.Bytes + written, file->Content.Length - written);
            written += (int)SetupException.Check(result, what);
        }
        if (isRootUser)
            SetupException.Check(Kernel.ChangeOwner(fd, plan->HostUid, plan->HostGid), what);
        Kernel.Close(fd);
    }
}
