namespace Farm.Tests.Hardening;

/// <summary>Files that are not the build's.</summary>
internal static class FileAttempts
{
    public const string Title = "Files of the kernel, the inputs and the host";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new(
            "kernel_setting",
            "`/proc/sys/kernel/core_pattern`",
            Guard.Permissions,
            "EACCES EPERM EROFS",
            Control.Outside
        ),
        new(
            "kernel_setting_of_memory",
            "`/proc/sys/vm/overcommit_memory`",
            Guard.Permissions,
            "EACCES EPERM EROFS",
            Control.Outside
        ),
        new(
            "kernel_setting_of_host_name",
            "`/proc/sys/kernel/hostname`",
            Guard.Permissions,
            "EACCES EPERM EROFS",
            Control.Outside
        ),
        new(
            "kernel_setting_of_network",
            "`/proc/sys/net/ipv4/ip_forward`",
            Guard.Permissions,
            "EACCES EPERM EROFS absent",
            Control.Outside
        ),
        new("sysrq", "`/proc/sysrq-trigger`", Guard.Permissions, "EACCES EPERM absent", Control.None),
        new("kernel_memory", "`/proc/kcore`", Guard.Permissions, "EACCES EPERM absent", Control.None),
        new("kernel_messages", "`/proc/kmsg`", Guard.Permissions, "EACCES EPERM absent", Control.Outside),
        new("sysfs", "`/sys`", Guard.Namespaces, "absent", Control.Outside),
        new("cgroup_files", "`/sys/fs/cgroup`", Guard.Namespaces, "absent", Control.Outside),
        new("change_accounts", "`/etc/passwd` to write", Guard.Permissions, "EACCES EROFS", Control.Outside),
        new("new_file_in_etc", "a file in `/etc`", Guard.Permissions, "EACCES EROFS", Control.None),
        new("new_file_in_root", "a file in `/`", Guard.Permissions, "EACCES EROFS", Control.None),
        new("change_input", "a file of an input to write", Guard.Mounts, "EROFS EACCES", Control.Outside),
        new("new_file_in_input", "a file in an input", Guard.Mounts, "EROFS EACCES", Control.Outside),
        new("mode_of_input", "`chmod` in an input", Guard.Mounts, "EROFS EPERM", Control.Outside),
        new("hard_link_of_input", "a hard link of an input's file", Guard.Mounts, "EXDEV EPERM", Control.Outside),
        new("hard_link_of_input_as_output", "the same as the output", Guard.Mounts, "EXDEV EPERM", Control.None),
        new("rename_of_input", "renaming an input", Guard.Mounts, "EBUSY EPERM EXDEV EACCES", Control.None),
        new("removal_of_input", "removing an input", Guard.Mounts, "EBUSY EPERM EROFS EACCES", Control.None),
        new("hard_link_of_accounts", "a hard link of `/etc/passwd`", Guard.Mounts, "EXDEV EPERM", Control.None),
        new("hard_link_of_shell", "a hard link of `/bin/sh`", Guard.Mounts, "EXDEV EPERM", Control.None),
        new("file_of_the_host", "a file of the host by its path", Guard.Namespaces, "absent", Control.Outside),
        new("file_of_the_host_by_dots", "the same by `..`", Guard.Namespaces, "absent", Control.Outside),
        new("file_of_the_host_by_link", "the same by a link", Guard.Namespaces, "absent", Control.Outside),
        new(
            "descriptor_that_was_left_open",
            "a descriptor that was left open",
            Guard.Namespaces,
            "absent",
            Control.None
        ),
        new("open_by_handle", "a file by its handle", Guard.Filter, "EPERM", Control.Outside),
        new("shared_memory_of_the_host", "shared memory of the host", Guard.Namespaces, "absent", Control.None),
    ];
}
