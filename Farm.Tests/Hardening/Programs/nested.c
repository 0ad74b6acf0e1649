/* What a build gains by a user namespace of its own: it may have one, as under Nix, and be root in it. */
#include "attempt.h"
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>

static int put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int result = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return result;
}

static int map(const char *users, const char *groups)
{
    int result = put("/proc/self/setgroups", "deny");
    if (result == 0)
        result = put("/proc/self/uid_map", users);
    return result ? result : put("/proc/self/gid_map", groups);
}

/* Becomes root of a user namespace with these others. */
static void nest(int others)
{
    char users[40], groups[40];
    sprintf(users, "0 %d 1", getuid());
    sprintf(groups, "0 %d 1", getgid());
    if (unshare(CLONE_NEWUSER | others) != 0 || map(users, groups) != 0 || getuid() != 0)
        raise(SIGABRT);
}

#define NESTED(name, others, result) \
    ATTEMPT(nested_##name) { nest(others); return result; }

ATTEMPT(nested_map_of_root)
{
    return unshare(CLONE_NEWUSER) != 0 ? errno : map("0 0 1", "0 0 1");
}

ATTEMPT(nested_map_of_another)
{
    char users[40];
    sprintf(users, "0 %d 2", getuid());
    return unshare(CLONE_NEWUSER) != 0 ? errno : map(users, "0 100 1");
}

NESTED(set_user, 0, TRY(setuid(1)))
NESTED(set_groups, 0, ({ gid_t group = 0; TRY(setgroups(1, &group)); }))
NESTED(mount_shown_outside, CLONE_NEWNS, TRY(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL)) ? errno : NO_EFFECT)
NESTED(remount_input, CLONE_NEWNS, TRY(mount(NULL, given("INPUT"), NULL, MS_REMOUNT | MS_BIND, NULL)))
NESTED(unmount_input, CLONE_NEWNS, TRY(umount2(given("INPUT"), MNT_DETACH)))
NESTED(unmount_proc, CLONE_NEWNS, TRY(umount2("/proc", MNT_DETACH)))
NESTED(bind_input_writable, CLONE_NEWNS, ({
    char file[4200];
    mkdir("m", 0755);
    snprintf(file, sizeof file, "m/%s", "new");
    mount(given("INPUT"), "m", NULL, MS_BIND, NULL) == 0 ? opens(file, O_WRONLY | O_CREAT) : errno;
}))
NESTED(mount_disk, CLONE_NEWNS, ({ mkdir("m", 0755); TRY(mount("/dev/vda", "m", "ext4", 0, NULL)); }))
NESTED(mount_devices, CLONE_NEWNS, ({ mkdir("m", 0755); TRY(mount("none", "m", "devtmpfs", 0, NULL)); }))
NESTED(mount_sysfs, CLONE_NEWNS | CLONE_NEWNET, ({ mkdir("m", 0755); TRY(mount("none", "m", "sysfs", 0, NULL)); }))
NESTED(mount_debugfs, CLONE_NEWNS, ({ mkdir("m", 0755); TRY(mount("none", "m", "debugfs", 0, NULL)); }))
NESTED(make_cgroup, CLONE_NEWNS | CLONE_NEWCGROUP, ({
    mkdir("m", 0755);
    mount("none", "m", "cgroup2", 0, NULL) == 0 ? TRY(mkdir("m/gained", 0755)) : errno;
}))
NESTED(leave_cgroup, CLONE_NEWNS | CLONE_NEWCGROUP, ({
    mkdir("m", 0755);
    mount("none", "m", "cgroup2", 0, NULL) == 0 ? put("m/cgroup.procs", "0") : errno;
}))
NESTED(device, 0, ({ unlink("d"); TRY(mknod("d", S_IFCHR | 0600, makedev(1, 1))); }))
NESTED(set_id, 0, ({ close(open("s", O_CREAT | O_RDWR, 0755)); TRY(chmod("s", 04755)); }))
NESTED(set_id_on_tmpfs, CLONE_NEWNS, ({
    mkdir("m", 0755);
    mount("none", "m", "tmpfs", 0, NULL);
    answer(call64(257, AT_FDCWD, (long)"m/s", O_CREAT | O_RDWR, 04755, 0));
}))
NESTED(capability, 0, ({
    unsigned capability[5] = { 0x02000001, 1u << 21, 0, 0, 0 };
    close(open("s", O_CREAT | O_RDWR, 0755));
    answer(call64(188, (long)"s", (long)"security.capability", (long)capability, sizeof capability, 0));
}))
NESTED(raw_socket, 0, TRY(socket(AF_INET, SOCK_RAW, 1)))
NESTED(packet_socket, 0, TRY(socket(AF_PACKET, SOCK_RAW, 0)))
NESTED(host_name, 0, TRY(sethostname("gained", 6)))
NESTED(clock, 0, ({
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    TRY(clock_settime(CLOCK_REALTIME, &now));
}))
NESTED(kernel_setting, CLONE_NEWNS, opens("/proc/sys/kernel/core_pattern", O_WRONLY))
NESTED(sysrq, 0, opens("/proc/sysrq-trigger", O_WRONLY))
NESTED(kernel_memory, 0, opens("/proc/kcore", O_RDONLY))
NESTED(trace_first, 0, TRY(ptrace(PTRACE_SEIZE, 1, 0, 0)))
NESTED(root_of_first, 0, opens("/proc/1/root", O_RDONLY))
NESTED(raise_limit, 0, TRY(nice(-10)))
NESTED(bpf, 0, ({ static char attributes[128] = { 2, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 1 }; answer(call64(321, 0, (long)attributes, 72, 0, 0)); }))
NESTED(module, 0, answer(call64(175, (long)"x", 1, (long)"", 0, 0)))

/* The old way out of a changed root: a descriptor of a directory above it. */
NESTED(out_of_changed_root, CLONE_NEWNS, ({
    struct stat status;
    int top = open("/", O_RDONLY | O_DIRECTORY);
    mkdir("r", 0755);
    int failed = chroot("r") != 0 || fchdir(top) != 0;
    for (int i = 0; i < 64 && !failed; i++)
        failed = chdir("..") != 0;
    failed = failed || chroot(".") != 0;
    failed ? errno : stat(given("HOST_FILE"), &status) == 0 ? GAINED : ABSENT;
}))

/* A handle of the file system's topmost directory, made up. */
NESTED(open_by_handle, 0, ({
    struct { unsigned bytes; int type; unsigned inode, generation; } handle = { 8, 1, 2, 0 };
    int mount = open(".", O_RDONLY | O_DIRECTORY);
    answer(call64(304, mount, (long)&handle, O_RDONLY, 0, 0));
}))
