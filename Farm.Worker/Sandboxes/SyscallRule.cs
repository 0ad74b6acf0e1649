namespace Farm.Worker.Sandboxes;

/// <summary>What the filter does with one system call.</summary>
public abstract record SyscallRule
{
    private SyscallRule(uint number) => Number = number;

    /// <summary>The number of the call on its architecture.</summary>
    public uint Number { get; }

    /// <summary>EPERM.</summary>
    public const uint NotPermitted = 1;

    private const uint NoSuchCall = 38;
    private const uint NotSupported = 95;

    /// <summary>The call always fails with an errno.</summary>
    public sealed record Refused(uint Number, uint Error) : SyscallRule(Number);

    /// <summary>The call fails with EPERM when the mode would set user or group id.</summary>
    /// <param name="ModeArgument">Index of the mode.</param>
    public sealed record ModeChecked(uint Number, int ModeArgument) : SyscallRule(Number);

    /// <summary>As <see cref="ModeChecked"/>, for calls whose mode, which follows the flags, counts only when a file is
    /// made.</summary>
    /// <param name="FlagsArgument">Index of the flags.</param>
    public sealed record OpenChecked(uint Number, int FlagsArgument) : SyscallRule(Number);

    /// <summary>The rules by the numbers of x86-64, in which x32 agrees for these calls.</summary>
    public static IReadOnlyList<SyscallRule> For64Bit { get; } =
    [
        new OpenChecked(2, 1), // open
        new ModeChecked(85, 1), // creat
        new ModeChecked(90, 1), // chmod
        new ModeChecked(91, 1), // fchmod
        new ModeChecked(133, 1), // mknod
        new OpenChecked(257, 2), // openat
        new ModeChecked(259, 2), // mknodat
        new ModeChecked(268, 2), // fchmodat
        .. Enumerable.Range(188, 9).Select(WithoutAttributes), // setxattr to flistxattr
        .. SinceCommonNumbers(),
    ];

    /// <summary>The rules by the numbers of i386.</summary>
    public static IReadOnlyList<SyscallRule> For32Bit { get; } =
    [
        new OpenChecked(5, 1), // open
        new ModeChecked(8, 1), // creat
        new ModeChecked(14, 1), // mknod
        new ModeChecked(15, 1), // chmod
        new ModeChecked(94, 1), // fchmod
        new OpenChecked(295, 2), // openat
        new ModeChecked(297, 2), // mknodat
        new ModeChecked(306, 2), // fchmodat
        .. Enumerable.Range(226, 9).Select(WithoutAttributes), // setxattr to flistxattr
        .. SinceCommonNumbers(),
    ];

    /// <summary>Newer calls have one number everywhere.</summary>
    private static IEnumerable<SyscallRule> SinceCommonNumbers() =>
        [
            new Refused(425, NoSuchCall), // io_uring_setup: its operations pass by every filter
            new Refused(437, NoSuchCall), // openat2: its mode lies in memory, where no filter sees it
            new ModeChecked(452, 2), // fchmodat2
            new Refused(463, NotSupported), // setxattrat
            new Refused(464, NotSupported), // getxattrat
            new Refused(465, NotSupported), // listxattrat
        ];

    private static SyscallRule WithoutAttributes(int number) => new Refused((uint)number, NotSupported);
}
