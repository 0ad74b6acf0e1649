/* Files that are not the build's: the kernel's, the inputs', the host's. */
#include "attempt.h"
#include <dirent.h>

static char *in_input(const char *name)
{
    static char path[4200];
    snprintf(path, sizeof path, "%s/%s", given("INPUT"), name);
    return path;
}

ATTEMPT(kernel_setting) { return opens("/proc/sys/kernel/core_pattern", O_WRONLY); }

ATTEMPT(kernel_setting_of_memory) { return opens("/proc/sys/vm/overcommit_memory", O_WRONLY); }

ATTEMPT(kernel_setting_of_host_name) { return opens("/proc/sys/kernel/hostname", O_WRONLY); }

ATTEMPT(kernel_setting_of_network) { return opens("/proc/sys/net/ipv4/ip_forward", O_WRONLY); }

ATTEMPT(sysrq) { return opens("/proc/sysrq-trigger", O_WRONLY); }

ATTEMPT(kernel_memory) { return opens("/proc/kcore", O_RDONLY); }

ATTEMPT(kernel_messages) { return opens("/proc/kmsg", O_RDONLY); }

ATTEMPT(sysfs) { return opens("/sys/kernel", O_RDONLY); }

ATTEMPT(cgroup_files) { return opens("/sys/fs/cgroup", O_RDONLY); }

ATTEMPT(change_accounts) { return opens("/etc/passwd", O_WRONLY); }

ATTEMPT(new_file_in_etc) { return opens("/etc/gained", O_WRONLY | O_CREAT); }

ATTEMPT(new_file_in_root) { return opens("/gained", O_WRONLY | O_CREAT); }

ATTEMPT(change_input) { return opens(in_input("f"), O_WRONLY); }

ATTEMPT(new_file_in_input) { return opens(in_input("gained"), O_WRONLY | O_CREAT); }

ATTEMPT(mode_of_input) { return TRY(chmod(in_input("f"), 0666)); }

ATTEMPT(hard_link_of_input) { unlink("linked"); return TRY(link(in_input("f"), "linked")); }

ATTEMPT(hard_link_of_input_as_output) { return TRY(link(in_input("f"), given("out"))); }

ATTEMPT(rename_of_input) { return TRY(rename(given("INPUT"), "/nix/store/gained")); }

ATTEMPT(removal_of_input) { return TRY(rmdir(given("INPUT"))); }

ATTEMPT(hard_link_of_accounts) { unlink("linked"); return TRY(link("/etc/passwd", "linked")); }

ATTEMPT(hard_link_of_shell) { unlink("linked"); return TRY(link("/bin/sh", "linked")); }

ATTEMPT(file_of_the_host) { return opens(given("HOST_FILE"), O_RDONLY); }

ATTEMPT(file_of_the_host_by_dots)
{
    char path[4200];
    snprintf(path, sizeof path, "/../../../..%s", given("HOST_FILE"));
    return opens(path, O_RDONLY);
}

ATTEMPT(file_of_the_host_by_link)
{
    unlink("to-host");
    symlink(given("HOST_FILE"), "to-host");
    return opens("to-host", O_RDONLY);
}

/* Any descriptor but the three of the build, and the directory that is read here. */
ATTEMPT(descriptor_that_was_left_open)
{
    DIR *descriptors = opendir("/proc/1/fd/../../self/fd");
    struct dirent *entry;
    char target[300];
    while (descriptors && (entry = readdir(descriptors))) {
        int fd = atoi(entry->d_name);
        ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
        if (fd <= 2 || fd == dirfd(descriptors) || length < 0)
            continue;
        target[length] = 0;
        if (strncmp(target, "pipe:", 5) != 0)
            return GAINED;
    }
    return ABSENT;
}

ATTEMPT(open_by_handle)
{
    struct { unsigned bytes; int type; unsigned inode, generation; } handle = { 8, 1, 2, 0 };
    int mount = open(".", O_RDONLY | O_DIRECTORY);
    return answer(call64(304, mount, (long)&handle, O_RDONLY, 0, 0));
}

ATTEMPT(shared_memory_of_the_host)
{
    FILE *segments = fopen("/proc/sysvipc/shm", "r");
    char line[400];
    int lines = 0;
    while (segments && fgets(line, sizeof line, segments))
        lines++;
    return lines > 1 ? GAINED : ABSENT;
}
