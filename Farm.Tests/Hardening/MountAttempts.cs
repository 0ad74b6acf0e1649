namespace Farm.Tests.Hardening;

/// <summary>Devices and mounts.</summary>
internal static class MountAttempts
{
    public const string Title = "Devices and mounts";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("device_character", "`mknod` of a character device", Guard.Capabilities, "EPERM", Control.Outside),
        new("device_block", "`mknodat` of a block device", Guard.Capabilities, "EPERM", Control.Outside),
        new("i386_device", "`mknod`, 32-bit", Guard.Capabilities, "EPERM", Control.Outside),
        new("device_memory", "`/dev/mem`", Guard.Namespaces, "absent", Control.None),
        new("device_kernel_log", "`/dev/kmsg`", Guard.Namespaces, "absent", Control.Outside),
        new("device_fuse", "`/dev/fuse`", Guard.Namespaces, "absent", Control.None),
        new("mount_tmpfs", "`mount` of a tmpfs", Guard.Capabilities, "EPERM", Control.Outside),
        new("mount_bind", "`mount` of the root elsewhere", Guard.Capabilities, "EPERM", Control.Outside),
        new("mount_remount_input", "remounting an input writable", Guard.Capabilities, "EPERM", Control.None),
        new("mount_share_root", "making mounts show outside", Guard.Capabilities, "EPERM", Control.Outside),
        new("unmount_input", "`umount` of an input", Guard.Capabilities, "EPERM", Control.None),
        new("unmount_proc", "`umount` of `/proc`", Guard.Capabilities, "EPERM", Control.None),
        new("mount_fsopen", "`fsopen`", Guard.Capabilities, "EPERM", Control.Outside),
        new("mount_open_tree", "`open_tree` of a copy", Guard.Capabilities, "EPERM", Control.Outside),
        new("mount_move", "`move_mount`", Guard.Capabilities, "EPERM", Control.None),
        new("mount_setattr", "`mount_setattr`", Guard.Capabilities, "EPERM", Control.None),
        new("pivot_root", "`pivot_root`", Guard.Capabilities, "EPERM", Control.None),
        new("change_root", "`chroot`", Guard.Capabilities, "EPERM", Control.Outside),
        new("unshare_mounts", "a mount namespace of one's own", Guard.Capabilities, "EPERM", Control.Outside),
        new("unshare_network", "a network namespace of one's own", Guard.Capabilities, "EPERM", Control.Outside),
        new(
            "join_mounts_of_first",
            "the mounts of the first process",
            Guard.FirstProcess,
            "EACCES EPERM",
            Control.Outside
        ),
        new(
            "join_users_of_first",
            "the user namespace of the first process",
            Guard.FirstProcess,
            "EACCES EPERM",
            Control.None
        ),
    ];
}
