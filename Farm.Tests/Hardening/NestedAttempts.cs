namespace Farm.Tests.Hardening;

/// <summary>What a build gains by a user namespace of its own, which it may have.</summary>
internal static class NestedAttempts
{
    public const string Title = "As root of a user namespace of its own";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("nested_map_of_root", "mapping the host's root", Guard.Capabilities, "EPERM", Control.None),
        new("nested_map_of_another", "mapping a second user", Guard.Capabilities, "EPERM", Control.None),
        new("nested_set_user", "another user id", Guard.Capabilities, "EINVAL", Control.None),
        new("nested_set_groups", "groups", Guard.Capabilities, "EPERM", Control.None),
        new("nested_mount_shown_outside", "mounts that show outside", Guard.Namespaces, "no-effect", Control.None),
        new("nested_remount_input", "remounting an input writable", Guard.Mounts, "EPERM", Control.None),
        new("nested_unmount_input", "`umount` of an input", Guard.Mounts, "EINVAL EPERM", Control.None),
        new("nested_unmount_proc", "`umount` of `/proc`", Guard.Mounts, "EINVAL EPERM", Control.None),
        new(
            "nested_bind_input_writable",
            "an input bound elsewhere, to write",
            Guard.Mounts,
            "EROFS EINVAL EACCES",
            Control.None
        ),
        new("nested_mount_disk", "mounting a disk", Guard.Namespaces, "ENOENT EPERM", Control.None),
        new("nested_mount_devices", "mounting the host's devices", Guard.Capabilities, "EPERM", Control.None),
        new("nested_mount_sysfs", "mounting sysfs", Guard.Capabilities, "EPERM", Control.None),
        new("nested_mount_debugfs", "mounting debugfs", Guard.Capabilities, "EPERM", Control.None),
        new("nested_make_cgroup", "a control group", Guard.Permissions, "EACCES EPERM", Control.None),
        new("nested_leave_cgroup", "another control group", Guard.Permissions, "EACCES EPERM", Control.None),
        new("nested_device", "`mknod` of a device", Guard.Capabilities, "EPERM", Control.None),
        new("nested_set_id", "`chmod` of 04755", Guard.Filter, "EPERM", Control.WithoutFilter),
        new(
            "nested_set_id_on_tmpfs",
            "`openat` of 04755 on a tmpfs of its own",
            Guard.Filter,
            "EPERM",
            Control.WithoutFilter
        ),
        new("nested_capability", "a file capability", Guard.Filter, "EOPNOTSUPP", Control.WithoutFilter),
        new("nested_raw_socket", "a raw socket", Guard.Capabilities, "EPERM", Control.None),
        new("nested_packet_socket", "a packet socket", Guard.Capabilities, "EPERM", Control.None),
        new("nested_host_name", "the host name", Guard.Capabilities, "EPERM", Control.None),
        new("nested_clock", "the clock", Guard.Capabilities, "EPERM", Control.None),
        new(
            "nested_kernel_setting",
            "`/proc/sys/kernel/core_pattern`",
            Guard.Permissions,
            "EACCES EPERM EROFS",
            Control.None
        ),
        new("nested_sysrq", "`/proc/sysrq-trigger`", Guard.Permissions, "EACCES EPERM EROFS absent", Control.None),
        new("nested_kernel_memory", "`/proc/kcore`", Guard.Permissions, "EACCES EPERM absent", Control.None),
        new("nested_trace_first", "tracing the first process", Guard.FirstProcess, "EPERM", Control.None),
        new(
            "nested_root_of_first",
            "the root directory of the first process",
            Guard.FirstProcess,
            "EACCES EPERM",
            Control.None
        ),
        new("nested_raise_limit", "a higher priority", Guard.Capabilities, "EPERM EACCES", Control.None),
        new("nested_bpf", "`bpf`", Guard.Filter, "EPERM", Control.None),
        new("nested_module", "loading a module", Guard.Filter, "EPERM", Control.None),
        new(
            "nested_out_of_changed_root",
            "out of a changed root by a descriptor",
            Guard.Namespaces,
            "absent",
            Control.None
        ),
        new("nested_open_by_handle", "a file by its handle", Guard.Filter, "EPERM", Control.None),
    ];
}
