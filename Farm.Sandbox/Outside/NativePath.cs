using System.Runtime.InteropServices;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Paths of the host in unmanaged memory, put together without a text of the runtime's: the first of these in a new process costs as much as
/// several system calls.</summary>
internal static unsafe class NativePath
{
    /// <summary>A name in a directory.</summary>
    public static byte* In(Text directory, ReadOnlySpan<byte> name)
    {
        var length = directory.Length + 1 + name.Length;
        var path = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        new ReadOnlySpan<byte>(directory.Bytes, directory.Length).CopyTo(new Span<byte>(path, length));
        path[directory.Length] = (byte)'/';
        name.CopyTo(new Span<byte>(path + directory.Length + 1, name.Length));
        return path;
    }

    /// <summary>For messages.</summary>
    public static string Show(byte* path) => Marshal.PtrToStringUTF8((nint)path) ?? "";
}
