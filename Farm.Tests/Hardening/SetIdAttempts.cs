namespace Farm.Tests.Hardening;

/// <summary>Files that run as their owner or group, by every call that takes a mode.</summary>
internal static class SetIdAttempts
{
    public const string Title = "Files that run as their owner or group";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("set_id_chmod", "`chmod` of 04755", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_chmod_group", "`chmod` of 02755", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_fchmod", "`fchmod`", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_fchmodat", "`fchmodat`", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_fchmodat2", "`fchmodat2`", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_open", "`open` that makes the file", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_open_tmpfile", "`open` of a file without a name", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_creat", "`creat`", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_openat", "`openat`", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_openat2", "`openat2`", Guard.Filter, "ENOSYS", Control.Outside),
        new("set_id_mknod", "`mknod` of a plain file", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_mknodat", "`mknodat` of a plain file", Guard.Filter, "EPERM", Control.Outside),
        new("x32_set_id_chmod", "`chmod` of 04755, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_chmod_group", "`chmod` of 02755, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_fchmod", "`fchmod`, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_fchmodat", "`fchmodat`, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_fchmodat2", "`fchmodat2`, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_open", "`open` that makes the file, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_open_tmpfile", "`open` of a file without a name, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_creat", "`creat`, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_openat", "`openat`, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_openat2", "`openat2`, x32", Guard.Filter, "ENOSYS", Control.None),
        new("x32_set_id_mknod", "`mknod` of a plain file, x32", Guard.Filter, "EPERM", Control.None),
        new("x32_set_id_mknodat", "`mknodat` of a plain file, x32", Guard.Filter, "EPERM", Control.None),
        new("i386_set_id_chmod", "`chmod` of 04755, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_fchmod", "`fchmod`, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_fchmodat", "`fchmodat`, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_fchmodat2", "`fchmodat2`, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_open", "`open` that makes the file, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_creat", "`creat`, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_openat", "`openat`, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_openat2", "`openat2`, 32-bit", Guard.Filter, "ENOSYS", Control.Outside),
        new("i386_set_id_mknod", "`mknod` of a plain file, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("i386_set_id_mknodat", "`mknodat` of a plain file, 32-bit", Guard.Filter, "EPERM", Control.Outside),
        new("set_id_mkdir", "`mkdir` of 02755", Guard.Permissions, "no-effect", Control.None),
        new("set_id_io_uring", "a ring, whose `openat` no filter sees", Guard.Filter, "ENOSYS", Control.Outside),
    ];
}
