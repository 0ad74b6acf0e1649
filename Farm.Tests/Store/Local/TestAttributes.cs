using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Farm.Tests.Store.Local;

/// <summary>Sets extended attributes, of which access lists are one kind.</summary>
internal static partial class TestAttributes
{
    /// <summary>An access list that lets user 65534 read and write, as the kernel writes it: version, then tag, permissions, id.</summary>
    private static readonly byte[] s_accessList =
    [
        .. (byte[])[2, 0, 0, 0],
        .. Entry(0x01, 7, 0xff_ff_ff_ff),
        .. Entry(0x02, 6, 65534),
        .. Entry(0x04, 5, 0xff_ff_ff_ff),
        .. Entry(0x10, 7, 0xff_ff_ff_ff),
        .. Entry(0x20, 5, 0xff_ff_ff_ff),
    ];

    public static void SetNote(string file) => Set(file, "user.note", "x"u8.ToArray());

    public static void SetAccessList(string file) => Set(file, "system.posix_acl_access", s_accessList);

    private static byte[] Entry(ushort tag, ushort permissions, uint id) =>
        [.. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(permissions), .. BitConverter.GetBytes(id)];

    private static void Set(string file, string name, byte[] value)
    {
        if (SetXattr(file, name, value, value.Length, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{name} of {file}");
    }

    [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetXattr(string file, string name, byte[] value, nint size, int flags);
}
