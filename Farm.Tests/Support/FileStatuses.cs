using System.Text;
using Farm.Store.Native;

namespace Farm.Tests.Support;

/// <summary>What the kernel says of files that must be there.</summary>
internal static class FileStatuses
{
    /// <summary>Of a file itself, where it is a link.</summary>
    public static FileStatus Of(string file)
    {
        Assert.Equal(0, Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), out var status));
        return status;
    }
}
