using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Mounts one more input in the namespace of a sandbox that runs.</summary>
/// <remarks>Runs in a clone of the parent and never returns. What is to be seen is opened in a copy of the host's mounts, which is
/// the sandbox's user's to copy from: without root nobody may open a tree in the host's own.</remarks>
internal static unsafe class LateMount
{
    public static void Run(Input* input, Plan* plan, PreparedPaths* paths, int status)
    {
        var source = input->Source.Bytes;
        if (paths->UserNamespaceFd >= 0)
            Check(Kernel.EnterNamespace(paths->UserNamespaceFd, Flags.NewUser));
        Check(Kernel.Unshare(Flags.NewMounts));
        var result = Kernel.Mount(Of("none"u8), Of("/"u8), null, Flags.MountRecursive | Flags.MountPrivate, null);
        ChildReport.Check(status, result, SetupStep.PrivateMounts, Of("/"u8));
        var flags = (plan->Flags & PlanFlags.WritableInputs) != 0 ? BindFlags.None : BindFlags.ReadOnly;
        var tree = new RootDirectory(-1, status).OpenSource(source, flags);
        Check(Kernel.EnterNamespace(paths->MountNamespaceFd, Flags.NewMounts));
        const int directory = Flags.PathOnly | Flags.Directory | Flags.CloseOnExec;
        var root = ChildReport.Check(status, Kernel.Open(Of("/"u8), directory), SetupStep.Root, Of("/"u8));
        var inside = new RootDirectory(root, status);
        var store = inside.Open(plan->StoreDirectory.Bytes, plan->StoreDirectory.Length);
        inside.Attach(tree, store, input->Name.Bytes, source);
        Kernel.Exit(0);

        void Check(nint entered) => ChildReport.Check(status, entered, SetupStep.Namespaces, source);
    }
}
