using System.Runtime.InteropServices;

namespace Farm.Sandbox.Linux;

/// <summary>The only two functions of the C library that this program calls.</summary>
/// <remarks>Neither call lets the runtime take part (<c>SuppressGCTransition</c>): in the cloned child no other
/// thread exists, and in the parent none runs managed code, so there is nobody to wait for.</remarks>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint RawCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    [SuppressGCTransition]
    private static partial int* ErrnoLocation();

    /// <summary>Makes a system call.</summary>
    /// <returns>The kernel's result, or the negative errno.</returns>
    public static nint Call(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        var result = RawCall(number, a, b, c, d, e, f);
        return result == -1 ? -*ErrnoLocation() : result;
    }
}
