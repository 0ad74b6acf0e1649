/* Making a file that runs as its owner or its group, by every call that takes a mode. */
#include "attempt.h"
#include <linux/openat2.h>

#define MODE 04755

static char path[] = "set-id";
static struct open_how how = { .flags = O_CREAT | O_RDWR, .mode = MODE };

static int made(void)
{
    unlink(path);
    return open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0755);
}

/* A call may answer well and still have dropped the bits. */
static int bits(struct stat *status, long result)
{
    if (result < 0)
        return (int)-result;
    return status->st_mode & (S_ISUID | S_ISGID) ? GAINED : NO_EFFECT;
}

static int named(long result)
{
    struct stat status = { 0 };
    stat(path, &status);
    return bits(&status, result);
}

static int opened(long result)
{
    struct stat status = { 0 };
    if (result >= 0)
        fstat(result, &status);
    return bits(&status, result);
}

#define LINE(name, before, verdict, call) \
    ATTEMPT(name) { before; return verdict(call); }

#define FAMILY(prefix, x)                                                                                           \
    LINE(prefix##chmod, made(), named, call64(90 | x, (long)path, MODE, 0, 0, 0))                                   \
    LINE(prefix##chmod_group, made(), named, call64(90 | x, (long)path, 02755, 0, 0, 0))                            \
    LINE(prefix##fchmod, , named, call64(91 | x, made(), MODE, 0, 0, 0))                                            \
    LINE(prefix##fchmodat, made(), named, call64(268 | x, AT_FDCWD, (long)path, MODE, 0, 0))                        \
    LINE(prefix##fchmodat2, made(), named, call64(452 | x, AT_FDCWD, (long)path, MODE, 0, 0))                       \
    LINE(prefix##open, unlink(path), opened, call64(2 | x, (long)path, O_CREAT | O_RDWR, MODE, 0, 0))               \
    LINE(prefix##open_tmpfile, , opened, call64(2 | x, (long)".", O_TMPFILE | O_RDWR, MODE, 0, 0))                  \
    LINE(prefix##creat, unlink(path), opened, call64(85 | x, (long)path, MODE, 0, 0, 0))                            \
    LINE(prefix##openat, unlink(path), opened, call64(257 | x, AT_FDCWD, (long)path, O_CREAT | O_RDWR, MODE, 0))    \
    LINE(prefix##openat2, unlink(path), opened, call64(437 | x, AT_FDCWD, (long)path, (long)&how, sizeof how, 0))   \
    LINE(prefix##mknod, unlink(path), named, call64(133 | x, (long)path, S_IFREG | MODE, 0, 0, 0))                  \
    LINE(prefix##mknodat, unlink(path), named, call64(259 | x, AT_FDCWD, (long)path, S_IFREG | MODE, 0, 0))

FAMILY(set_id_, 0L)
FAMILY(x32_set_id_, X32)

LINE(i386_set_id_chmod, made(), named, call32(15, (long)path, MODE, 0, 0, 0))
LINE(i386_set_id_fchmod, , named, call32(94, made(), MODE, 0, 0, 0))
LINE(i386_set_id_fchmodat, made(), named, call32(306, AT_FDCWD, (long)path, MODE, 0, 0))
LINE(i386_set_id_fchmodat2, made(), named, call32(452, AT_FDCWD, (long)path, MODE, 0, 0))
LINE(i386_set_id_open, unlink(path), opened, call32(5, (long)path, O_CREAT | O_RDWR, MODE, 0, 0))
LINE(i386_set_id_creat, unlink(path), opened, call32(8, (long)path, MODE, 0, 0, 0))
LINE(i386_set_id_openat, unlink(path), opened, call32(295, AT_FDCWD, (long)path, O_CREAT | O_RDWR, MODE, 0))
LINE(i386_set_id_openat2, unlink(path), opened, call32(437, AT_FDCWD, (long)path, (long)&how, sizeof how, 0))
LINE(i386_set_id_mknod, unlink(path), named, call32(14, (long)path, S_IFREG | MODE, 0, 0, 0))
LINE(i386_set_id_mknodat, unlink(path), named, call32(297, AT_FDCWD, (long)path, S_IFREG | MODE, 0, 0))

ATTEMPT(set_id_mkdir)
{
    unlink(path);
    rmdir(path);
    return named(call64(83, (long)path, 02755, 0, 0, 0));
}

/* The kernel itself makes a file as asked, in the name of a worker thread. */
ATTEMPT(set_id_io_uring)
{
    static char parameters[120];
    return answer(call64(425, 4, (long)parameters, 0, 0, 0));
}
