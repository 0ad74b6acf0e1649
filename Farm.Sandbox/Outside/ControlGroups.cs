using System.Buffers.Text;
using System.Runtime.InteropServices;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Puts the sandbox's first process into the control groups of its build, and with it all that it starts.</summary>
/// <remarks>In trees of version 1 it enters them itself, one thread by <c>tasks</c>: for another process, or by <c>cgroup.procs</c>, the
/// kernel stops all forks of the machine first, which takes a millisecond for each tree. Source: Linux
/// <c>kernel/cgroup/cgroup.c</c>, <c>cgroup_procs_write_start</c>.</remarks>
internal static unsafe class ControlGroups
{
    private const int MostDigits = 10;

    /// <summary>Opens what the first process enters its groups by.</summary>
    /// <exception cref="SetupException">A group cannot be opened.</exception>
    public static void Open(Plan* plan, PreparedPaths* paths)
    {
        paths->TaskFds = (int*)NativeMemory.AllocZeroed((nuint)plan->ControlGroupCount, sizeof(int));
        for (var i = 0; i < plan->ControlGroupCount; i++)
        {
            var fd = Kernel.Open(NativePath.In(plan->ControlGroups[i], "tasks"u8), Flags.WriteOnly | Flags.CloseOnExec);
            paths->TaskFds[i] = fd == -Flags.NotFound ? -1 : (int)Check(fd, plan, i);
        }
    }

    /// <summary>The parent's part, once there is the process: groups of version 2, which have no such file, and an end to the others.</summary>
    /// <exception cref="SetupException">A group does not take it.</exception>
    public static void Enter(Plan* plan, PreparedPaths* paths, int process)
    {
        var digits = stackalloc byte[MostDigits];
        for (var i = 0; i < plan->ControlGroupCount; i++)
        {
            if (paths->TaskFds[i] >= 0)
            {
                Kernel.Close(paths->TaskFds[i]);
                continue;
            }
            var path = NativePath.In(plan->ControlGroups[i], "cgroup.procs"u8);
            var fd = (int)Check(Kernel.Open(path, Flags.WriteOnly | Flags.CloseOnExec), plan, i);
            Utf8Formatter.TryFormat(process, new Span<byte>(digits, MostDigits), out var count);
            Check(Kernel.Write(fd, digits, count), plan, i);
            Kernel.Close(fd);
        }
    }

    private static nint Check(nint result, Plan* plan, int group) =>
        result < 0
            ? throw new SetupException($"entering the control group '{plan->ControlGroups[group]}'", result)
            : result;
}
