using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>The process that becomes the builder: gives up every privilege, then executes it.</summary>
/// <remarks>Runs in the second clone, or without a sandbox in the first, and never returns.</remarks>
internal static unsafe class BuilderProcess
{
    /// <summary>The first process, which needs nobody to reap beside it: what is left of the build comes to its parent.</summary>
    public static void RunUnconfined(Plan* plan, PreparedPaths* paths)
    {
        FirstProcess.Begin(plan, paths);
        FirstProcess.LeaveGroups(paths);
        Run(plan, paths);
    }

    public static void Run(Plan* plan, PreparedPaths* paths)
    {
        var status = paths->StatusFd;
        ConnectTerminal(paths, status);
        var isUnconfined = (plan->Flags & PlanFlags.Unconfined) != 0;
        var byMap = !isUnconfined && (!paths->IsRootUser || (plan->Flags & PlanFlags.UserNamespace) != 0);
        var gid = byMap ? plan->SandboxGid : plan->HostGid;
        var uid = byMap ? plan->SandboxUid : plan->HostUid;
        ChildReport.Check(status, Kernel.SetGroup(gid), SetupStep.Ids, null);
        ChildReport.Check(status, Kernel.SetUser(uid), SetupStep.Ids, null);
        if (isUnconfined)
            EndWithParent(plan, paths);
        var directory = plan->BuildDirectory.Bytes;
        ChildReport.Check(status, Kernel.ChangeDirectory(directory), SetupStep.WorkingDirectory, directory);
        SetLimits(plan, status);
        Kernel.FileModeMask(0x12);
        ChildReport.Check(status, Kernel.Personality(plan->Personality), SetupStep.Personality, null);
        DropPrivileges(status);
        status = KeepOnly(status);
        if (plan->Filter.Length > 0)
            InstallFilter(plan, status);
        var none = 0UL;
        Kernel.SignalMask(Flags.SetMask, &none);
        var result = Kernel.Execute(plan->Builder.Bytes, plan->Arguments, plan->Environment);
        ChildReport.Fail(status, SetupStep.Execute, result, plan->Builder.Bytes);
    }

    /// <summary>Sees that this process ends with its parent; and that an account set aside for builds has no other, as one that an
    /// earlier build has left when its helper was killed.</summary>
    private static void EndWithParent(Plan* plan, PreparedPaths* paths)
    {
        const int allButThis = -1;
        // The change of the user has cleared it.
        Kernel.ProcessControl(ProcessOptions.SetParentDeathSignal, Flags.SignalKill);
        if (paths->IsRootUser && (plan->Flags & PlanFlags.OwnAccount) != 0)
            Kernel.Kill(allButThis, Flags.SignalKill);
    }

    private static void ConnectTerminal(PreparedPaths* paths, int status)
    {
        ChildReport.Check(status, Kernel.NewSession(), SetupStep.Terminal, null);
        var nothing = Of("/dev/null"u8);
        var fd = ChildReport.Check(status, Kernel.Open(nothing, Flags.ReadWrite), SetupStep.Terminal, nothing);
        ChildReport.Check(status, Kernel.Duplicate(fd, 0), SetupStep.Terminal, nothing);
        ChildReport.Check(status, Kernel.Duplicate(paths->TerminalFd, 1), SetupStep.Terminal, null);
        ChildReport.Check(status, Kernel.Duplicate(paths->TerminalFd, 2), SetupStep.Terminal, null);
    }

    private static void SetLimits(Plan* plan, int status)
    {
        var pair = stackalloc ulong[2];
        for (var i = 0; i < plan->LimitCount; i++)
        {
            var limit = plan->Limits[i];
            ChildReport.Check(status, Kernel.SetLimit(limit.Resource, null, pair), SetupStep.Limits, null);
            if (limit.Hard != Limit.KeepHard && limit.Hard < pair[1])
                pair[1] = limit.Hard;
            pair[0] = limit.Soft < pair[1] ? limit.Soft : pair[1];
            ChildReport.Check(status, Kernel.SetLimit(limit.Resource, pair, null), SetupStep.Limits, null);
        }
    }

    private static void DropPrivileges(int status)
    {
        var result = Kernel.ProcessControl(ProcessOptions.SetNoNewPrivileges, 1);
        ChildReport.Check(status, result, SetupStep.Privileges, null);
        Kernel.ProcessControl(ProcessOptions.Ambient, ProcessOptions.AmbientClearAll);
        var header = stackalloc uint[2] { 0x20080522, 0 };
        var none = stackalloc uint[6] { 0, 0, 0, 0, 0, 0 };
        ChildReport.Check(status, Kernel.SetCapabilities(header, none), SetupStep.Privileges, null);
        IsolateAbstractSockets(status);
    }

    /// <summary>Keeps a build that shares the host's network from the abstract sockets of the host.</summary>
    private static void IsolateAbstractSockets(int status)
    {
        const int firstVersionWithScopes = 6;
        if (Kernel.CreateLandlockRules(null, 0, 1) < firstVersionWithScopes)
            return;
        var attributes = stackalloc ulong[3] { 0, 0, 1 };
        var result = Kernel.CreateLandlockRules(attributes, 3 * sizeof(ulong), 0);
        var rules = ChildReport.Check(status, result, SetupStep.Privileges, null);
        ChildReport.Check(status, Kernel.EnterLandlock(rules), SetupStep.Privileges, null);
        Kernel.Close(rules);
    }

    /// <summary>Closes all descriptors but the standard three and the status pipe, which moves to 3.</summary>
    private static int KeepOnly(int status)
    {
        const int kept = 3;
        if (status != kept)
            ChildReport.Check(status, Kernel.Duplicate(status, kept, Flags.CloseOnExec), SetupStep.Start, null);
        ChildReport.Check(kept, Kernel.CloseRange(kept + 1, uint.MaxValue), SetupStep.Start, null);
        return kept;
    }

    private static void InstallFilter(Plan* plan, int status)
    {
        const int instructionLength = 8;
        var program = stackalloc byte[16];
        *(ulong*)program = (ulong)(plan->Filter.Length / instructionLength);
        *(byte**)(program + 8) = plan->Filter.Bytes;
        ChildReport.Check(status, Kernel.Seccomp(program), SetupStep.Filter, null);
    }
}
