using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Writes the id maps of a process that has just got a user namespace: one user, one group.</summary>
/// <remarks>Used by the parent and by PID 1. Allocates nothing.</remarks>
internal static unsafe class UserMap
{
    /// <summary>Writes the maps, reporting a failure through the status pipe and ending the process.</summary>
    public static void Write(int pid, Plan* plan, int status) =>
        ChildReport.Check(status, TryWrite(pid, plan), SetupStep.UserMap, null);

    /// <returns>0 or more, or the negative errno.</returns>
    public static nint TryWrite(int pid, Plan* plan)
    {
        var text = stackalloc byte[64];
        var result = WriteFile(pid, Of("/setgroups"u8), Of("deny"u8), 4);
        if (result < 0)
            return result;
        result = WriteFile(pid, Of("/uid_map"u8), text, Line(text, plan->SandboxUid, plan->HostUid));
        return result < 0
            ? result
            : WriteFile(pid, Of("/gid_map"u8), text, Line(text, plan->SandboxGid, plan->HostGid));
    }

    private static nint WriteFile(int pid, byte* name, byte* content, int length)
    {
        var path = stackalloc byte[64];
        var at = Append(path, 0, Of("/proc/"u8));
        at = Append(path, at, (uint)pid);
        path[Append(path, at, name)] = 0;
        var fd = Kernel.Open(path, Flags.WriteOnly | Flags.CloseOnExec);
        if (fd < 0)
            return fd;
        var written = Kernel.Write((int)fd, content, length);
        Kernel.Close((int)fd);
        return written;
    }

    private static int Line(byte* text, uint inside, uint outside)
    {
        var at = Append(text, 0, inside);
        text[at++] = (byte)' ';
        at = Append(text, at, outside);
        return Append(text, at, Of(" 1\n"u8));
    }

    private static int Append(byte* text, int at, byte* part)
    {
        while (*part != 0)
            text[at++] = *part++;
        return at;
    }

    private static int Append(byte* text, int at, uint number)
    {
        var digits = stackalloc byte[10];
        var count = 0;
        do
        {
            digits[count++] = (byte)('0' + (number % 10));
            number /= 10;
        } while (number != 0);
        while (count > 0)
            text[at++] = digits[--count];
        return at;
    }
}
