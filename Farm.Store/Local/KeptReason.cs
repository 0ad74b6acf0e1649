using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Why a file stayed a copy of its own.</summary>
public enum KeptReason
{
    /// <summary>Its content has as many links as the file system allows.</summary>
    TooManyLinks,

    /// <summary>The disk, the quota or the directory of links is full.</summary>
    NoSpace,

    /// <summary>The system does not permit it: another immutable bit, or missing rights.</summary>
    NotPermitted,

    /// <summary>It is on another file system than the links.</summary>
    OtherFileSystem,

    /// <summary>The file system has no hard links.</summary>
    Unsupported,

    /// <summary>Its owner may write to it, or its mode or time is no store file's: it may not be what it was.</summary>
    Suspicious,

    /// <summary>It, or what it was to be replaced by, was changed meanwhile.</summary>
    Changed,
}

/// <summary>Which errors of the kernel are a reason to keep a copy.</summary>
internal static class KeptReasons
{
    /// <summary>The reason that lies in an error number; null where it is an error indeed.</summary>
    public static KeptReason? Of(int error) =>
        error switch
        {
            Errno.TooManyLinks => KeptReason.TooManyLinks,
            Errno.NoSpace or Errno.QuotaExceeded => KeptReason.NoSpace,
            Errno.NotPermitted or Errno.AccessDenied or Errno.ReadOnlyFileSystem => KeptReason.NotPermitted,
            Errno.CrossDevice => KeptReason.OtherFileSystem,
            Errno.NotSupported or Errno.NotImplemented => KeptReason.Unsupported,
            Errno.NoEntry or Errno.Exists => KeptReason.Changed, // Only somebody without our locks does that.
            _ => null,
        };
}
