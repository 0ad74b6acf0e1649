/* Taking all there is of something. Each answers the errno that ended it. */
#include "attempt.h"

ATTEMPT(exhaust_shared_memory)
{
    static char block[1 << 16];
    int fd = open("/dev/shm/gained", O_CREAT | O_RDWR, 0600);
    for (int i = 0; i < 1 << 10; i++)
        if (write(fd, block, sizeof block) < 0)
            return errno;
    return GAINED;
}

ATTEMPT(exhaust_memory)
{
    for (int i = 0; i < 1 << 12; i++) {
        char *block = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED)
            return errno;
        *block = 1;
    }
    return GAINED;
}

ATTEMPT(exhaust_processes)
{
    for (int i = 0; i < 1000; i++) {
        pid_t child = fork();
        if (child == 0)
            pause();
        if (child < 0)
            return errno;
    }
    return GAINED;
}

ATTEMPT(exhaust_open_files)
{
    for (int i = 0; i < 5000; i++)
        if (open("/dev/null", O_RDONLY) < 0)
            return errno;
    return GAINED;
}

ATTEMPT(exhaust_inodes)
{
    char name[20];
    for (int i = 0; i < 100000; i++) {
        sprintf(name, "%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            return errno;
        close(fd);
    }
    return GAINED;
}
