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
    bool IsImmutable
)
{
    private const uint TypeMask = 0xF000;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;
    public bool IsDirectory => (Mode & TypeMask) == 0x4000;
    public bool IsSymlink => (Mode & TypeMask) == 0xA000;

    /// <summary>Permission bits, with set-user, set-group and sticky.</summary>
    public uint Permissions => Mode & 0xFFF;

    /// <summary>Whether the owner may run it; what NAR calls executable.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;
}
