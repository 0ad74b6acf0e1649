namespace Farm.Store.Native;

/// <summary>What the kernel says of one file-system object.</summary>
internal readonly record struct FileStatus(
    uint Mode,
    ulong Inode,
    uint Links,
    long SizeBytes,
    uint User,
    uint Group,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    long ChangedSeconds,
    uint ChangedNanoseconds,
    ulong Device,
    bool IsImmutable
)
{
    private const uint TypeMask = 0xF000;

    /// <summary>Whether it was modified when every file of a store object was: one second after the epoch. Whoever writes to it
    /// since is seen, unless he owns the file and sets the time back.</summary>
    public bool IsStoreTime => ModifiedSeconds == 1 && ModifiedNanoseconds == 0;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;
    public bool IsDirectory => (Mode & TypeMask) == 0x4000;
    public bool IsSymlink => (Mode & TypeMask) == 0xA000;

    public bool IsSameFile(in FileStatus other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Whether nothing at all was done to the file in between: its content, its names, its mode, its bits.</summary>
    public bool IsUntouchedSince(in FileStatus earlier) =>
        IsSameFile(earlier)
        && SizeBytes == earlier.SizeBytes
        && ChangedSeconds == earlier.ChangedSeconds
        && ChangedNanoseconds == earlier.ChangedNanoseconds
        && ModifiedSeconds == earlier.ModifiedSeconds
        && ModifiedNanoseconds == earlier.ModifiedNanoseconds;

    /// <summary>Permission bits, with set-user, set-group and sticky.</summary>
    public uint Permissions => Mode & 0xFFF;

    /// <summary>Whether the owner may run it; what NAR calls executable.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;
}
