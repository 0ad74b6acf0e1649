using System.Globalization;

namespace Farm.Sandbox.Outside;

/// <summary>Words for the errors of the kernel.</summary>
internal static class ErrorText
{
    /// <param name="error">An errno, negative or positive.</param>
    public static string Of(nint error) =>
        Math.Abs((int)error) switch
        {
            1 => "operation not permitted (EPERM)",
            2 => "no such file or directory (ENOENT)",
            5 => "input/output error (EIO)",
            8 => "not an executable format (ENOEXEC)",
            11 => "resource temporarily unavailable (EAGAIN)",
            12 => "out of memory (ENOMEM)",
            13 => "permission denied (EACCES)",
            16 => "device or resource busy (EBUSY)",
            17 => "file exists (EEXIST)",
            20 => "not a directory (ENOTDIR)",
            21 => "is a directory (EISDIR)",
            22 => "invalid argument (EINVAL)",
            24 => "too many open files (EMFILE)",
            26 => "text file busy (ETXTBSY)",
            28 => "no space left on device (ENOSPC)",
            30 => "read-only file system (EROFS)",
            36 => "file name too long (ENAMETOOLONG)",
            38 => "the kernel does not know the call (ENOSYS)",
            40 => "too many symbolic links (ELOOP)",
            var other => string.Create(CultureInfo.InvariantCulture, $"errno {other}"),
        };
}
