using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Roots;

/// <summary>Reads symbolic links by names that have one character for each byte.</summary>
internal static class RawLink
{
    private const int LongestTarget = 4096;

    /// <summary>The target; null and the error number where it is no link, or cannot be read.</summary>
    public static string? Read(string raw, out int error)
    {
        Span<byte> target = stackalloc byte[LongestTarget];
        var length = Syscalls.ReadLink(Syscalls.CurrentDirectory, Encoding.Latin1.GetBytes(raw), target);
        error = length < 0 ? -length : 0;
        return length < 0 ? null : Encoding.Latin1.GetString(target[..length]);
    }
}
