using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Gives each input something to be mounted on in the store directory; symbolic links are made anew.</summary>
/// <remarks>They go with the scratch directory. A pool of ready mount points, renamed in and out, was measured and is no
/// faster.</remarks>
internal static unsafe class MountPoints
{
    public static void Place(Plan* plan, PreparedPaths* paths)
    {
        if (plan->InputCount == 0)
            return;
        using var store = DirectoryHandle.Open(paths->Store, "opening the store directory of the sandbox");
        for (var i = 0; i < plan->InputCount; i++)
            Place(plan->Inputs + i, store);
    }

    private static void Place(Input* input, DirectoryHandle store)
    {
        var what = $"placing the input '{input->Source}'";
        var mode = SetupException.Check(Kernel.FileMode(Kernel.CurrentDirectory, input->Source.Bytes), what);
        switch (mode & Flags.TypeMask)
        {
            case Flags.TypeSymbolicLink:
                input->IsMade = true;
                CopyLink(input, store, what);
                break;
            case Flags.TypeDirectory:
                SetupException.Check(
                    Kernel.MakeDirectory(store.Fd, input->Name.Bytes, Convert.ToInt32("755", 8)),
                    what
                );
                break;
            default:
                const int flags = Flags.WriteOnly | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec;
                var made = Kernel.OpenAt(store.Fd, input->Name.Bytes, flags, Convert.ToInt32("444", 8));
                Kernel.Close((int)SetupException.Check(made, what));
                break;
        }
    }

    private static void CopyLink(Input* input, DirectoryHandle store, string what)
    {
        const int maxTarget = 4096;
        var target = stackalloc byte[maxTarget + 1];
        var length = Kernel.ReadLink(Kernel.CurrentDirectory, input->Source.Bytes, target, maxTarget);
        target[SetupException.Check(length, what)] = 0;
        SetupException.Check(Kernel.SymbolicLink(target, store.Fd, input->Name.Bytes), what);
    }
}
