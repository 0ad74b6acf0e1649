using System.Runtime.InteropServices;

namespace Farm.Daemon.Native;

/// <summary>The look-ups of users and groups, each of which fills a record of pointers into a buffer of the caller's; and <c>poll</c>.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "getpwuid_r")]
    public static partial int GetUser(uint id, nint* record, byte* buffer, nuint size, nint** found);

    [LibraryImport(Library, EntryPoint = "getgrgid_r")]
    public static partial int GetGroup(uint id, nint* record, byte* buffer, nuint size, nint** found);

    [LibraryImport(Library, EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetGroupByName(string name, nint* record, byte* buffer, nuint size, nint** found);

    [LibraryImport(Library, EntryPoint = "poll")]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);
}
