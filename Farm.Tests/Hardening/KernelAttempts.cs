namespace Farm.Tests.Hardening;

/// <summary>Parts of the kernel that no build needs, and what belongs to the whole machine.</summary>
internal static class KernelAttempts
{
    public const string Title = "The kernel and the machine";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("key_add", "`add_key`", Guard.Filter, "ENOSYS", Control.OrdinaryUser),
        new("key_request", "`request_key`", Guard.Filter, "ENOSYS", Control.None),
        new("key_session", "the session's keyring", Guard.Filter, "ENOSYS", Control.OrdinaryUser),
        new("i386_key_session", "the same, 32-bit", Guard.Filter, "ENOSYS", Control.OrdinaryUser),
        new("io_uring_setup", "`io_uring_setup`", Guard.Filter, "ENOSYS", Control.WithoutFilter),
        new("i386_io_uring_setup", "the same, 32-bit", Guard.Filter, "ENOSYS", Control.WithoutFilter),
        new("userfaultfd", "`userfaultfd`", Guard.Filter, "EPERM", Control.WithoutFilter),
        new("i386_userfaultfd", "the same, 32-bit", Guard.Filter, "EPERM", Control.WithoutFilter),
        new("userfaultfd_device", "`/dev/userfaultfd`", Guard.Namespaces, "absent", Control.None),
        new("bpf", "a map of `bpf`", Guard.Filter, "EPERM", Control.Outside),
        new("bpf_program", "a program of `bpf`", Guard.Filter, "EPERM", Control.Outside),
        new("perf_of_itself", "`perf_event_open` of itself", Guard.Filter, "EPERM", Control.WithoutFilter),
        new("perf_of_the_machine", "the same of the machine", Guard.Filter, "EPERM", Control.Outside),
        new("kexec_load", "`kexec_load`", Guard.Filter, "EPERM", Control.None),
        new("kexec_file_load", "`kexec_file_load`", Guard.Filter, "EPERM", Control.None),
        new("module_load", "`init_module`", Guard.Filter, "EPERM", Control.None),
        new("module_load_file", "`finit_module`", Guard.Filter, "EPERM", Control.None),
        new("module_remove", "`delete_module`", Guard.Filter, "EPERM", Control.None),
        new("clock_settime", "`clock_settime`", Guard.Capabilities, "EPERM", Control.None),
        new("settimeofday", "`settimeofday`", Guard.Capabilities, "EPERM", Control.None),
        new("adjtimex", "`adjtimex`", Guard.Capabilities, "EPERM", Control.None),
        new("host_name", "`sethostname`", Guard.Capabilities, "EPERM", Control.Outside),
        new("domain_name", "`setdomainname`", Guard.Capabilities, "EPERM", Control.Outside),
        new("restart", "`reboot`", Guard.Filter, "EPERM", Control.None),
        new("swap", "`swapon`", Guard.Filter, "EPERM", Control.None),
        new("accounting", "`acct`", Guard.Filter, "EPERM", Control.None),
        new("ports_of_the_machine", "`iopl`", Guard.Capabilities, "EPERM ENOSYS", Control.None),
        new("kernel_log", "the kernel's log", Guard.Filter, "EPERM", Control.Outside),
        new("terminal_input", "TIOCSTI on the build's terminal", Guard.Filter, "EIO", Control.None),
        new(
            "terminal_input_of_its_own",
            "TIOCSTI on a terminal of its own",
            Guard.Filter,
            "EIO",
            Control.WithoutFilter
        ),
        new("i386_terminal_input", "TIOCSTI, 32-bit", Guard.Filter, "EIO", Control.None),
        new("console_input", "TIOCLINUX", Guard.Filter, "EIO", Control.None),
    ];
}
