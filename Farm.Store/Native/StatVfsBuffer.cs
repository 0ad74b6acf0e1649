using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>The kernel's <c>struct statvfs</c> as libc has it on 64-bit Linux; only what is read is named.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct StatVfsBuffer
{
    [FieldOffset(8)]
    public ulong FragmentBytes;

    [FieldOffset(32)]
    public ulong AvailableBlocks;
}
