using System.Runtime.InteropServices;
using Farm.Sandbox.Inside;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>The parent's view of a started sandbox, or of a builder without one.</summary>
internal sealed unsafe class SandboxProcess
{
    private const string Forbidden =
        "making the namespaces, which the host forbids (run the worker as root, or allow user namespaces: sysctl "
        + "user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; where the store is at its own name, sandbox = false builds without)";

    private readonly int _pid;
    private readonly int _statusFd;
    private readonly bool _isUnconfined;
    private bool _isReaped;
    private int _waitStatus;

    private SandboxProcess(int pid, int handle, int statusFd, int terminal, bool isUnconfined)
    {
        _isUnconfined = isUnconfined;
        _pid = pid;
        Handle = handle;
        _statusFd = statusFd;
        Terminal = terminal;
    }

    /// <summary>A descriptor that becomes readable when PID 1, or the builder without a sandbox, has ended.</summary>
    public int Handle { get; }

    /// <summary>The master side of the builder's terminal.</summary>
    public int Terminal { get; }

    public ResourceUsage Usage { get; private set; }

    /// <summary>Clones PID 1 of a new sandbox, or the builder without one, and lets it go.</summary>
    public static SandboxProcess Start(Plan* plan, PreparedPaths* paths)
    {
        var isUnconfined = (plan->Flags & PlanFlags.Unconfined) != 0;
        if (isUnconfined)
            Descendants.Adopt();
        var (master, slave) = PseudoTerminal.Open(plan, paths->IsRootUser);
        var status = stackalloc int[2];
        var go = stackalloc int[2];
        SetupException.Check(Kernel.Pipe(status, Flags.CloseOnExec), "making a pipe");
        SetupException.Check(Kernel.Pipe(go, Flags.CloseOnExec), "making a pipe");
        (paths->ParentStatusFd, paths->StatusFd) = (status[0], status[1]);
        (paths->GoFd, paths->ParentGoFd) = (go[0], go[1]);
        (paths->ParentTerminalFd, paths->TerminalFd) = (master, slave);

        ControlGroups.Open(plan, paths);
        var pid = Kernel.Clone(CloneFlags(plan, paths));
        if (pid == 0 && isUnconfined)
            BuilderProcess.RunUnconfined(plan, paths);
        if (pid == 0)
            InitProcess.Run(plan, paths);
        SetupException.Check(pid, pid is -Flags.NotPermitted or -Flags.NoSpace ? Forbidden : "making the namespaces");
        Kernel.Close(slave);
        Kernel.Close(status[1]);
        Kernel.Close(go[0]);
        Kernel.Close(paths->NetworkFd);
        var handle = (int)SetupException.Check(Kernel.OpenProcess((int)pid), "opening the sandbox's first process");
        var process = new SandboxProcess((int)pid, handle, status[0], master, isUnconfined);
        try
        {
            if (!paths->IsRootUser && !isUnconfined)
                SetupException.Check(UserMap.TryWrite((int)pid, plan), "writing the id map of the user namespace");
            if (plan->TakesInputs)
                OpenNamespaces((int)pid, paths);
            ControlGroups.Enter(plan, paths, (int)pid);
            SetupException.Check(Kernel.Write(go[1], Literal.Of("g"u8), 1), "starting the sandbox's first process");
        }
        catch (SetupException)
        {
            process.KillAndReap();
            throw;
        }
        Kernel.Close(go[1]);
        return process;
    }

    /// <summary>Asks PID 1 to kill the builder, or kills it; a builder that is ending already keeps its status. Before it is reaped only.</summary>
    public void EndBuilder() => Kernel.Kill(_pid, _isUnconfined ? Flags.SignalKill : Flags.SignalTerminate);

    /// <summary>Kills every process inside.</summary>
    public void Kill()
    {
        if (!_isReaped)
            Kernel.Kill(_pid, Flags.SignalKill);
    }

    /// <summary>Waits for PID 1, which the kernel lets end only after every other process inside.</summary>
    public void Reap()
    {
        if (_isReaped)
            return;
        int waitStatus;
        ResourceUsage usage = default;
        while (Kernel.Wait(_pid, &waitStatus, 0, &usage) == -Flags.Interrupted) { }
        (Usage, _waitStatus, _isReaped) = (usage, waitStatus, true);
        // In a namespace the kernel has ended all; here what is left has come to this process.
        if (_isUnconfined)
            Descendants.End();
    }

    public void KillAndReap()
    {
        Kill();
        Reap();
    }

    /// <summary>The first message of the child; null when PID 1 was killed before it had one. After the end only.</summary>
    public ChildMessage? FirstMessage()
    {
        ChildMessage message;
        nint count;
        do count = Kernel.Read(_statusFd, &message, sizeof(ChildMessage));
        while (count == -Flags.Interrupted);
        if (count == sizeof(ChildMessage))
            return message;
        return _isUnconfined ? new ChildMessage { Kind = ChildMessageKind.Ended, Number = _waitStatus } : null;
    }

    private static void OpenNamespaces(int pid, PreparedPaths* paths)
    {
        paths->MountNamespaceFd = Open("mnt");
        paths->UserNamespaceFd = paths->IsRootUser ? -1 : Open("user");

        int Open(string kind)
        {
            var path = (byte*)Marshal.StringToCoTaskMemUTF8($"/proc/{pid}/ns/{kind}");
            return (int)SetupException.Check(Kernel.Open(path, Flags.CloseOnExec), "opening the sandbox's namespaces");
        }
    }

    private static ulong CloneFlags(Plan* plan, PreparedPaths* paths)
    {
        if ((plan->Flags & PlanFlags.Unconfined) != 0)
            return Flags.SignalChild;
        var flags = Flags.NewMounts | Flags.NewHostName | Flags.NewIpc | Flags.NewPids;
        if ((plan->Flags & PlanFlags.KeepNetwork) == 0 && paths->NetworkFd < 0)
            flags |= Flags.NewNetwork;
        // As root only the builder gets a user namespace: what is set up then belongs to the host's root alone.
        if (!paths->IsRootUser)
            flags |= Flags.NewUser;
        return flags | Flags.SignalChild;
    }
}
