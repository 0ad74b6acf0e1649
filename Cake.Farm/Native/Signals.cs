using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cake.Farm.Native;

/// <summary>Asks a process to end in order, as the framework cannot.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM; nothing happens where the process has ended.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
