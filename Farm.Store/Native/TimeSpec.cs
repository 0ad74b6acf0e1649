using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>The kernel's <c>struct timespec</c> on 64-bit machines.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
