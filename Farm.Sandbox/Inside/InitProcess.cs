using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>PID 1 of the sandbox: sets it up, starts the builder, reaps, and ends with the builder.</summary>
/// <remarks>Runs in the cloned child and never returns. When it ends, the kernel ends every other process inside.
/// </remarks>
internal static unsafe class InitProcess
{
    public static void Run(Plan* plan, PreparedPaths* paths)
    {
        FirstProcess.Begin(plan, paths);
        var status = paths->StatusFd;
        EnterSandbox(plan, paths, status);
        FirstProcess.LeaveGroups(paths);
        var builder = StartBuilder(plan, paths, status);
        Kernel.Close(paths->TerminalFd);
        Reap(builder, status);
    }

    private static void EnterSandbox(Plan* plan, PreparedPaths* paths, int status)
    {
        // Only now, in the group it stays in: a namespace of control groups begins at the group of whoever makes it.
        ChildReport.Check(status, Kernel.Unshare(Flags.NewCgroup), SetupStep.ControlGroup, null);
        // Nobody inside may look into this process: its memory holds the specification.
        Kernel.ProcessControl(ProcessOptions.SetDumpable, 0);
        Kernel.FileModeMask(0);

        var result = Kernel.SetHostName(plan->HostName.Bytes, plan->HostName.Length);
        ChildReport.Check(status, result, SetupStep.HostName, plan->HostName.Bytes);
        result = Kernel.SetDomainName(plan->DomainName.Bytes, plan->DomainName.Length);
        ChildReport.Check(status, result, SetupStep.HostName, plan->DomainName.Bytes);
        if (paths->NetworkFd >= 0)
            EnterNetwork(paths->NetworkFd, status);
        else if ((plan->Flags & PlanFlags.KeepNetwork) == 0)
            Loopback.BringUp(status);
        RootFileSystem.Enter(plan, paths, status);
    }

    private static void EnterNetwork(int network, int status)
    {
        var entered = Kernel.EnterNamespace(network, Flags.NewNetwork);
        ChildReport.Check(status, entered, SetupStep.Network, Of("lo"u8));
        Kernel.Close(network);
    }

    private static int StartBuilder(Plan* plan, PreparedPaths* paths, int status)
    {
        var ownIds = paths->IsRootUser && (plan->Flags & PlanFlags.UserNamespace) != 0;
        var ends = stackalloc int[2];
        ChildReport.Check(status, Kernel.Pipe(ends, Flags.CloseOnExec), SetupStep.Fork, null);
        var pid = Kernel.Clone((ownIds ? Flags.NewUser : 0) | Flags.SignalChild);
        if (pid == 0)
        {
            Kernel.Close(ends[1]);
            byte go;
            if (Kernel.Read(ends[0], &go, 1) != 1)
                Kernel.Exit(1);
            BuilderProcess.Run(plan, paths);
        }
        ChildReport.Check(status, pid, SetupStep.Fork, null);
        Kernel.Close(ends[0]);
        if (ownIds)
            UserMap.Write((int)pid, plan, status);
        ChildReport.Check(status, Kernel.Write(ends[1], Of("g"u8), 1), SetupStep.Fork, null);
        Kernel.Close(ends[1]);
        return (int)pid;
    }

    /// <summary>Reaps every process until the builder ends. SIGTERM from the parent asks to end the builder.</summary>
    private static void Reap(int builder, int status)
    {
        var awaited = (1UL << (Flags.SignalChild - 1)) | (1UL << (Flags.SignalTerminate - 1));
        var information = stackalloc byte[128];
        while (true)
        {
            int waitStatus;
            nint pid;
            while ((pid = Kernel.Wait(-1, &waitStatus, Flags.NoHang, null)) > 0)
            {
                if (pid != builder)
                    continue;
                ChildReport.Ended(status, waitStatus);
                Kernel.Exit(0);
            }
            // The builder that is already ending keeps its status: a signal no longer changes it.
            if (Kernel.SignalWait(&awaited, information) == Flags.SignalTerminate)
                Kernel.Kill(builder, Flags.SignalKill);
        }
    }
}
