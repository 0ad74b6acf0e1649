using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>liblzma's <c>lzma_stream</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 136)]
internal unsafe struct LzmaStream
{
    public byte* NextIn;
    public nuint AvailableIn;
    public ulong TotalIn;
    public byte* NextOut;
    public nuint AvailableOut;
    public ulong TotalOut;
}
