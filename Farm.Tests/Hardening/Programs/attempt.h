/* What the attempts share. Each is one function that tries one thing a build must not be able to do. */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* What an attempt answers, besides the errno that stopped it. */
enum { GAINED = 0, ABSENT = 1000, NO_EFFECT = 1001 };

#define X32 0x40000000L

void add(const char *name, int (*run)(void));

#define ATTEMPT(name)                                                                        \
    static int try_##name(void);                                                             \
    __attribute__((constructor)) static void add_##name(void) { add(#name, try_##name); }    \
    static int try_##name(void)

/* The result of a call as an answer. */
#define TRY(call) ((call) >= 0 ? GAINED : errno)

/* A system call of 64-bit programs: the kernel's result, or the negative errno. */
static inline long call64(long number, long a, long b, long c, long d, long e)
{
    long result = syscall(number, a, b, c, d, e, 0);
    return result == -1 ? -errno : result;
}

/* A system call of 32-bit programs. Addresses must lie below 4 GiB, as static data of this program does. */
static inline long call32(long number, long a, long b, long c, long d, long e)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
                     : "r8", "r9", "r10", "r11", "memory");
    return (int)result;
}

static inline int answer(long result) { return result >= 0 ? GAINED : (int)-result; }

/* What the test gives by the environment. */
static inline const char *given(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "/not-given";
}

/* Whether a file can be opened so. */
static inline int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno == ENOENT ? ABSENT : errno;
    close(fd);
    return GAINED;
}
