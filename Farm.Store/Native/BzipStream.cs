using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>libbz2's <c>bz_stream</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 80)]
internal unsafe struct BzipStream
{
    public byte* NextIn;
    public uint AvailableIn;
    public uint TotalInLow;
    public uint TotalInHigh;
    public byte* NextOut;
    public uint AvailableOut;
    public uint TotalOutLow;
    public uint TotalOutHigh;
    public nint State;
}
