using System.Runtime.InteropServices;

namespace Farm.Worker.Running;

/// <summary>What the kernel's Landlock can do.</summary>
internal static partial class Landlock
{
    private const nint CreateRuleset = 444;
    private const uint TellVersion = 1;
    private const nint FirstVersionWithScopes = 6;

    /// <summary>Whether a process can be kept from abstract Unix sockets of others: since version 6, Linux 6.12.</summary>
    public static bool HasSocketScope() => Call(CreateRuleset, 0, 0, TellVersion) >= FirstVersionWithScopes;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint attributes, nint size, uint flags);
}
