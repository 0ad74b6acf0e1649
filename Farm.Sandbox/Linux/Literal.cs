using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Farm.Sandbox.Linux;

/// <summary>Pointers to UTF-8 literals, which the compiler stores at fixed places with a NUL byte behind them.</summary>
internal static unsafe class Literal
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Of(ReadOnlySpan<byte> literal) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));
}
