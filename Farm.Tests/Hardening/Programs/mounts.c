/* Devices, and changing what is mounted where. */
#include "attempt.h"
#include <sys/mount.h>
#include <sys/sysmacros.h>

static char path[] = "device";

ATTEMPT(device_character) { unlink(path); return TRY(mknod(path, S_IFCHR | 0600, makedev(1, 1))); }

ATTEMPT(device_block) { unlink(path); return TRY(mknodat(AT_FDCWD, path, S_IFBLK | 0600, makedev(7, 0))); }

ATTEMPT(i386_device) { unlink(path); return answer(call32(14, (long)path, S_IFCHR | 0600, 0x101, 0, 0)); }

ATTEMPT(device_memory) { return opens("/dev/mem", O_RDONLY); }

ATTEMPT(device_kernel_log) { return opens("/dev/kmsg", O_WRONLY); }

ATTEMPT(device_fuse) { return opens("/dev/fuse", O_RDWR); }

ATTEMPT(mount_tmpfs) { mkdir("m", 0755); return TRY(mount("none", "m", "tmpfs", 0, "size=1m")); }

ATTEMPT(mount_bind) { mkdir("m", 0755); return TRY(mount("/", "m", NULL, MS_BIND | MS_REC, NULL)); }

ATTEMPT(mount_remount_input) { return TRY(mount(NULL, given("INPUT"), NULL, MS_REMOUNT | MS_BIND, NULL)); }

ATTEMPT(mount_share_root) { return TRY(mount(NULL, "/", NULL, MS_SHARED, NULL)); }

ATTEMPT(unmount_input) { return TRY(umount2(given("INPUT"), MNT_DETACH)); }

ATTEMPT(unmount_proc) { return TRY(umount2("/proc", MNT_DETACH)); }

ATTEMPT(mount_fsopen) { return answer(call64(430, (long)"tmpfs", 0, 0, 0, 0)); }

ATTEMPT(mount_open_tree) { return answer(call64(428, AT_FDCWD, (long)"/", 1, 0, 0)); }

ATTEMPT(mount_move)
{
    mkdir("m", 0755);
    return answer(call64(429, AT_FDCWD, (long)"/proc", AT_FDCWD, (long)"m", 0));
}

ATTEMPT(mount_setattr)
{
    unsigned long attributes[4] = { 0, 1, 0, 0 };
    return answer(call64(442, AT_FDCWD, (long)given("INPUT"), 0, (long)attributes, sizeof attributes));
}

ATTEMPT(pivot_root) { mkdir("m", 0755); return answer(call64(155, (long)"m", (long)"m", 0, 0, 0)); }

ATTEMPT(change_root) { return TRY(chroot(".")); }

ATTEMPT(unshare_mounts) { return TRY(unshare(CLONE_NEWNS)); }

ATTEMPT(unshare_network) { return TRY(unshare(CLONE_NEWNET)); }

static int join(const char *name)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? errno : TRY(setns(fd, 0));
}

ATTEMPT(join_mounts_of_first) { return join("/proc/1/ns/mnt"); }

ATTEMPT(join_users_of_first) { return join("/proc/1/ns/user"); }
