namespace Farm.Store.Native;

/// <summary>Reads files as the kernel gives them: .NET asks for a lock that others may have.</summary>
internal static class WholeFile
{
    /// <summary>All bytes from where the descriptor is; a negated error number where reading fails.</summary>
    public static int Read(int descriptor, out byte[] contents)
    {
        contents = [];
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            var count = Syscalls.Read(descriptor, buffer.AsSpan(length));
            if (count < 0)
                return count;
            if (count == 0)
                break;
            length += count;
            if (length == buffer.Length)
                Array.Resize(ref buffer, length * 2);
        }
        contents = buffer[..length];
        return 0;
    }
}
