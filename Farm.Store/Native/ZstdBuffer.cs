using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>libzstd's <c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which are alike.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    public byte* Bytes;
    public nuint Size;
    public nuint Position;
}
