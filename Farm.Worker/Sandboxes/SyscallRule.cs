namespace Farm.Worker.Sandboxes;

/// <summary>What the filter does with one system call.</summary>
public abstract record SyscallRule
{
    private SyscallRule(uint number) => Number = number;

    /// <summary>The number of the call on its architecture.</summary>
    public uint Number { get; }

    /// <summary>EPERM.</summary>
    public const uint NotPermitted = 1;

    /// <summary>EAFNOSUPPORT: as on a kernel without that family of sockets.</summary>
    public const uint NoSuchFamily = 97;

    /// <summary>ENOSYS: as on a kernel without that call.</summary>
    public const uint NoSuchCall = 38;

    private const uint InputOutput = 5;
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

    /// <summary>The call fails with an errno when an argument has one of some values.</summary>
    public sealed record ValuesRefused(uint Number, int Argument, IReadOnlyList<uint> Values, uint Error)
        : SyscallRule(Number);

    /// <summary>The call fails with an errno unless an argument has one of some values.</summary>
    public sealed record OtherValuesRefused(uint Number, int Argument, IReadOnlyList<uint> Values, uint Error)
        : SyscallRule(Number);

    /// <summary>The rules by the numbers of x86-64, in which x32 agrees for these calls where it has none of its own.
    /// </summary>
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
        Typing(16), // ioctl
        Typing(514), // ioctl of x32
        // syslog, acct, swapon, swapoff, reboot, init_module, delete_module, quotactl, kexec_load, perf_event_open,
        // open_by_handle_at, finit_module, kexec_file_load, bpf, userfaultfd, kexec_load of x32
        .. ((uint[])[103, 163, 167, 168, 169, 175, 176, 179, 246, 298, 304, 313, 320, 321, 323, 528]).Select(Forbidden),
        .. ((uint[])[248, 249, 250]).Select(Hidden), // add_key, request_key, keyctl
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
        Typing(54), // ioctl
        // acct, swapon, reboot, syslog, swapoff, init_module, delete_module, quotactl, kexec_load, perf_event_open,
        // open_by_handle_at, finit_module, bpf, userfaultfd
        .. ((uint[])[51, 87, 88, 103, 115, 128, 129, 131, 283, 336, 342, 350, 357, 374]).Select(Forbidden),
        .. ((uint[])[286, 287, 288]).Select(Hidden), // add_key, request_key, keyctl
        .. SinceCommonNumbers(),
    ];

    /// <summary>Newer calls have one number everywhere.</summary>
    private static IEnumerable<SyscallRule> SinceCommonNumbers() =>
        [
            new Refused(425, NoSuchCall), // io_uring_setup: its operations pass by every filter
            new Refused(426, NoSuchCall), // io_uring_enter
            new Refused(427, NoSuchCall), // io_uring_register
            new Refused(437, NoSuchCall), // openat2: its mode lies in memory, where no filter sees it
            Forbidden(443), // quotactl_fd
            new ModeChecked(452, 2), // fchmodat2
            new Refused(463, NotSupported), // setxattrat
            new Refused(464, NotSupported), // getxattrat
            new Refused(465, NotSupported), // listxattrat
        ];

    private static SyscallRule.Refused WithoutAttributes(int number) => new Refused((uint)number, NotSupported);

    /// <summary>What no build needs and what a kernel flaw would be reached by, or belongs to the whole machine: the
    /// kernel's log, process accounting, swap, reboot, modules, quotas, kexec, perf, bpf, userfaultfd, and opening a file
    /// by its handle.</summary>
    private static SyscallRule.Refused Forbidden(uint number) => new Refused(number, NotPermitted);

    /// <summary>Keys are not divided by namespaces: a build would share those of the worker.</summary>
    private static SyscallRule.Refused Hidden(uint number) => new Refused(number, NoSuchCall);

    /// <summary>TIOCSTI and TIOCLINUX, which type what another reads.</summary>
    private static SyscallRule.ValuesRefused Typing(uint ioctl) =>
        new ValuesRefused(ioctl, 1, [0x5412, 0x541C], InputOutput);
}
