namespace Farm.Tests.Hardening;

/// <summary>Other processes, inside and outside.</summary>
internal static class ProcessAttempts
{
    public const string Title = "Other processes";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("trace_first", "`ptrace` of the first process", Guard.FirstProcess, "EPERM", Control.Outside),
        new("read_memory_of_first", "`process_vm_readv` of it", Guard.FirstProcess, "EPERM", Control.Outside),
        new("open_memory_of_first", "its memory", Guard.FirstProcess, "EACCES EPERM", Control.Outside),
        new("environment_of_first", "its environment", Guard.FirstProcess, "EACCES EPERM", Control.Outside),
        new("root_of_first", "its root directory", Guard.FirstProcess, "EACCES EPERM", Control.Outside),
        new("directory_of_first", "its working directory", Guard.FirstProcess, "EACCES EPERM", Control.Outside),
        new("descriptors_of_first", "its descriptors", Guard.FirstProcess, "EACCES EPERM", Control.Outside),
        new("take_descriptor_of_first", "`pidfd_getfd` of it", Guard.FirstProcess, "EPERM", Control.Outside),
        new("kill_first", "`kill` of it", Guard.Namespaces, "EPERM no-effect", Control.None),
        new("signal_outside", "`kill` of a process outside", Guard.Namespaces, "ESRCH", Control.None),
        new("queue_signal_outside", "`sigqueue` to it", Guard.Namespaces, "ESRCH", Control.None),
        new("handle_of_process_outside", "`pidfd_open` of it", Guard.Namespaces, "ESRCH", Control.OrdinaryUser),
        new("trace_outside", "`ptrace` of it", Guard.Namespaces, "ESRCH", Control.None),
        new("limits_of_outside", "`prlimit` of it", Guard.Namespaces, "ESRCH", Control.None),
        new("see_process_outside", "its `/proc`", Guard.Namespaces, "absent", Control.OrdinaryUser),
        new("raise_priority", "a higher priority", Guard.Capabilities, "EACCES EPERM", Control.Outside),
        new("real_time", "real-time scheduling", Guard.Capabilities, "EPERM", Control.Outside),
        new("hide_from_memory_killer", "a lower `oom_score_adj`", Guard.Capabilities, "EACCES", Control.None),
        new("become_root", "`setuid` of root", Guard.Capabilities, "EPERM EINVAL", Control.Outside),
        new("join_groups", "`setgroups`", Guard.Capabilities, "EPERM", Control.Outside),
    ];
}
