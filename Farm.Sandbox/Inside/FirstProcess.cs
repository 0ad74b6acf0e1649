using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>What the first process of a build does first, in a sandbox or without one. Runs in the cloned child.</summary>
internal static unsafe class FirstProcess
{
    /// <summary>Waits until the parent lets it go, and is in the build's control groups then. All signals are blocked and at their defaults.</summary>
    public static void Begin(Plan* plan, PreparedPaths* paths)
    {
        var status = paths->StatusFd;
        Kernel.Close(paths->ParentStatusFd);
        Kernel.Close(paths->ParentGoFd);
        Kernel.Close(paths->ParentTerminalFd);
        ResetSignals();
        Kernel.ProcessControl(ProcessOptions.SetParentDeathSignal, Flags.SignalKill);
        AwaitParent(paths, status);
        EnterGroups(plan, paths, status);
    }

    /// <summary>Gives up the caller's groups.</summary>
    public static void LeaveGroups(PreparedPaths* paths)
    {
        var result = Kernel.SetGroups(0);
        // Without root they cannot be given up: setgroups is denied in a single-id map.
        if (result != -Flags.NotPermitted || paths->IsRootUser)
            ChildReport.Check(paths->StatusFd, result, SetupStep.Groups, null);
    }

    private static void ResetSignals()
    {
        SignalDisposition byDefault = default;
        for (var signal = 1; signal <= 64; signal++)
            Kernel.SignalAction(signal, &byDefault);
        var all = ulong.MaxValue;
        Kernel.SignalMask(Flags.SetMask, &all);
    }

    /// <summary>Waits until the parent has written the id maps; ends when the parent is gone.</summary>
    private static void AwaitParent(PreparedPaths* paths, int status)
    {
        byte go;
        nint count;
        do count = Kernel.Read(paths->GoFd, &go, 1);
        while (count == -Flags.Interrupted);
        if (count != 1)
            Kernel.Exit(1);
        ChildReport.Check(status, Kernel.Close(paths->GoFd), SetupStep.Start, null);
    }

    /// <summary>This thread, the only one, into the groups that the parent has opened.</summary>
    private static void EnterGroups(Plan* plan, PreparedPaths* paths, int status)
    {
        for (var i = 0; i < plan->ControlGroupCount; i++)
        {
            var fd = paths->TaskFds[i];
            if (fd < 0)
                continue;
            var result = Kernel.Write(fd, Of("0"u8), 1);
            ChildReport.Check(status, result, SetupStep.EnterGroup, plan->ControlGroups[i].Bytes);
            Kernel.Close(fd);
        }
    }
}
