using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Farm.Daemon.Activation;

/// <summary>Descriptors that this process was started with.</summary>
internal static partial class Descriptors
{
    private const int SetFlags = 2; // F_SETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Keeps a descriptor from the programs that this process starts.</summary>
    /// <exception cref="ActivationException">There is no such descriptor.</exception>
    public static void CloseOnExecute(int descriptor)
    {
        if (Control(descriptor, SetFlags, CloseOnExec) < 0)
            throw new ActivationException(
                $"Descriptor {descriptor} cannot be used: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}."
            );
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
