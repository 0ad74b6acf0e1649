using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>liblzma's <c>lzma_mt</c>, as far as an encoder of a preset needs it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct LzmaThreads
{
    public uint Flags;
    public uint Threads;
    public ulong BlockSizeBytes;
    public uint TimeoutMilliseconds;
    public uint Preset;
    public nint Filters;
    public int Check;
}
