using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Farm.Worker.Running;

/// <summary>The calls of the C library that starting the sandbox helper and handing it connections take.</summary>
internal static unsafe partial class HelperCalls
{
    private const int UnixDomain = 1;
    private const int StreamAndCloseOnExec = 1 | 0x80000;

    /// <summary>Two sockets that are connected with each other; no child process inherits them.</summary>
    /// <exception cref="SandboxException">There are no descriptors left.</exception>
    public static (SafeSocketHandle Ours, SafeSocketHandle Theirs) ConnectedPair()
    {
        var ends = stackalloc int[2];
        return SocketPair(UnixDomain, StreamAndCloseOnExec, 0, ends) == 0
            ? (new SafeSocketHandle(ends[0], ownsHandle: true), new SafeSocketHandle(ends[1], ownsHandle: true))
            : throw new SandboxException($"A socket cannot be made: {LastError()}");
    }

    /// <summary>Starts a program with a socket as its standard input, no argument and no environment.</summary>
    /// <returns>Its process id; it must be reaped.</returns>
    /// <exception cref="SandboxException">It cannot be started; the message names it.</exception>
    public static int Start(string program, SafeSocketHandle input)
    {
        // The C library's type has 80 bytes.
        var actions = stackalloc ulong[32];
        var path = Marshal.StringToCoTaskMemUTF8(program);
        var arguments = stackalloc nint[2] { path, 0 };
        var none = stackalloc nint[1] { 0 };
        var isHeld = false;
        try
        {
            input.DangerousAddRef(ref isHeld);
            var pid = 0;
            var error = InitActions(actions);
            if (error == 0)
                error = AddDuplicate(actions, (int)input.DangerousGetHandle(), 0);
            if (error == 0)
                error = Spawn(&pid, path, actions, null, arguments, none);
            _ = DestroyActions(actions);
            return error == 0
                ? pid
                : throw new SandboxException($"'{program}' cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            if (isHeld)
                input.DangerousRelease();
            Marshal.FreeCoTaskMem(path);
        }
    }

    /// <summary>Sends a descriptor over a socket.</summary>
    /// <returns>False where nobody holds the other side.</returns>
    public static bool TrySend(SafeSocketHandle over, SafeSocketHandle descriptor)
    {
        const int noSignal = 0x4000;
        const int interrupted = 4;
        byte one = 1;
        var piece = stackalloc nuint[2] { (nuint)(&one), 1 };
        // A control message of 20 bytes: SCM_RIGHTS at the level of sockets.
        var rights = stackalloc ulong[3] { 20, 1UL | (1UL << 32), (uint)descriptor.DangerousGetHandle() };
        var message = stackalloc nuint[7] { 0, 0, (nuint)piece, 1, (nuint)rights, 24, 0 };
        nint sent;
        do sent = SendMessage(over, message, noSignal);
        while (sent < 0 && Marshal.GetLastPInvokeError() == interrupted);
        GC.KeepAlive(descriptor);
        return sent > 0;
    }

    /// <summary>Waits for the end of a child process and forgets it.</summary>
    public static void Reap(int process)
    {
        const int interrupted = 4;
        int status;
        while (Wait(process, &status, 0) < 0 && Marshal.GetLastPInvokeError() == interrupted) { }
    }

    public static void Kill(int process)
    {
        const int kill = 9;
        _ = SendSignal(process, kill);
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>Makes a directory that nobody has made before.</summary>
    /// <returns>False where something of that name is there.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static bool TryMakeDirectory(string path, UnixFileMode mode)
    {
        const int exists = 17;
        if (MakeDirectory(path, (uint)mode) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == exists ? false : throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Opens a directory to name its entries by.</summary>
    /// <exception cref="SandboxException">It cannot be opened.</exception>
    public static SafeFileHandle OpenDirectory(string path)
    {
        const int pathOnlyDirectoryAndCloseOnExec = 0x200000 | 0x10000 | 0x80000;
        var descriptor = Open(path, pathOnlyDirectoryAndCloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new SandboxException($"'{path}' cannot be opened: {LastError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    /// <exception cref="IOException">It cannot be changed.</exception>
    public static void GiveToGroup(string path, uint group)
    {
        const uint same = uint.MaxValue;
        if (ChangeOwner(path, same, group) != 0)
            throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(int* pid, nint path, void* actions, void* attributes, nint* argv, nint* envp);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
