/* What a file may carry besides its mode: capabilities, access lists, attributes, flags. */
#include "attempt.h"
#include <linux/fs.h>
#include <sys/xattr.h>

static char path[] = "attributes";
static char capability_name[] = "security.capability";
/* Version 2, effective, with CAP_SYS_ADMIN permitted. */
static unsigned capability[5] = { 0x02000001, 1u << 21, 0, 0, 0 };
/* One entry each for owner, group and others, and a named user with all rights. */
static unsigned char access_list[] = { 2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 7, 0, 1, 0, 0, 0, 4, 0, 5, 0,
    255, 255, 255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255 };

static int made(void)
{
    unlink(path);
    return open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0755);
}

ATTEMPT(capability_setxattr)
{
    made();
    return TRY(setxattr(path, capability_name, capability, sizeof capability, 0));
}

ATTEMPT(capability_lsetxattr)
{
    made();
    return TRY(lsetxattr(path, capability_name, capability, sizeof capability, 0));
}

ATTEMPT(capability_fsetxattr)
{
    return TRY(fsetxattr(made(), capability_name, capability, sizeof capability, 0));
}

ATTEMPT(capability_setxattrat)
{
    struct { unsigned long value; unsigned size, flags; } arguments = { (unsigned long)capability, sizeof capability, 0 };
    made();
    return answer(syscall(463, AT_FDCWD, path, 0, capability_name, &arguments, sizeof arguments) == 0 ? 0 : -errno);
}

ATTEMPT(x32_capability_setxattr)
{
    made();
    return answer(call64(188 | X32, (long)path, (long)capability_name, (long)capability, sizeof capability, 0));
}

ATTEMPT(i386_capability_setxattr)
{
    made();
    return answer(call32(226, (long)path, (long)capability_name, (long)capability, sizeof capability, 0));
}

ATTEMPT(access_list_setxattr)
{
    made();
    return TRY(setxattr(path, "system.posix_acl_access", access_list, sizeof access_list, 0));
}

ATTEMPT(attribute_setxattr)
{
    made();
    return TRY(setxattr(path, "user.farm", "x", 1, 0));
}

static int flag(int asked)
{
    int flags = 0, fd = made();
    ioctl(fd, FS_IOC_GETFLAGS, &flags);
    flags |= asked;
    if (ioctl(fd, FS_IOC_SETFLAGS, &flags) != 0)
        return errno;
    flags &= ~asked;
    ioctl(fd, FS_IOC_SETFLAGS, &flags);
    return GAINED;
}

ATTEMPT(immutable_flag) { return flag(FS_IMMUTABLE_FL); }

ATTEMPT(append_only_flag) { return flag(FS_APPEND_FL); }

ATTEMPT(give_away)
{
    made();
    return TRY(chown(path, 0, 0));
}
