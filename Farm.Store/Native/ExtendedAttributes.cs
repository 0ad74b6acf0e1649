namespace Farm.Store.Native;

/// <summary>Extended attributes of an open file, of which a store object has none but the system's own labels.</summary>
internal static unsafe class ExtendedAttributes
{
    private const int ListBytes = 64 * 1024;

    /// <summary>Whether the file has any at all, as far as a quick look tells.</summary>
    public static bool Any(int descriptor) => LibC.FListXattr(descriptor, null, 0) > 0;

    /// <summary>Whether the file has any that a store object may not have.</summary>
    public static bool AnyToRemove(int descriptor, string file)
    {
        var length = List(descriptor, [], file);
        return length > 0 && Names(descriptor, file).Count > 0;
    }

    /// <summary>Removes all but the system's own labels.</summary>
    public static void Remove(int descriptor, string file)
    {
        if (List(descriptor, [], file) == 0)
            return;
        foreach (var name in Names(descriptor, file))
        {
            fixed (byte* start = name)
            {
                if (LibC.FRemoveXattr(descriptor, start) == 0)
                    continue;
                var error = Errno.Last;
                if (error is not (-Errno.NoData or -Errno.NotSupported))
                    throw Errno.Exception(-error, "remove an extended attribute of", file);
            }
        }
    }

    private static List<byte[]> Names(int descriptor, string file)
    {
        var list = new byte[ListBytes];
        var rest = list.AsSpan(0, List(descriptor, list, file));
        var names = new List<byte[]>();
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            if (!IsKept(rest[..end]))
                names.Add(rest[..(end + 1)].ToArray());
            rest = rest[(end + 1)..];
        }
        return names;
    }

    private static bool IsKept(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("security.selinux"u8)
        || name.SequenceEqual("system.nfs4_acl"u8)
        || name.SequenceEqual("security.csm"u8);

    private static int List(int descriptor, Span<byte> list, string file)
    {
        fixed (byte* start = list)
        {
            var length = LibC.FListXattr(descriptor, start, list.Length);
            if (length >= 0)
                return (int)length;
            var error = Errno.Last;
            return error == -Errno.NotSupported
                ? 0
                : throw Errno.Exception(-error, "list the extended attributes of", file);
        }
    }
}
