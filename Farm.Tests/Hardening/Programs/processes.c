/* Other processes: those of the sandbox that are not the build's, and those outside. */
#include "attempt.h"
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

static pid_t host_process(void) { return atoi(given("HOST_PID")); }

ATTEMPT(trace_first) { return TRY(ptrace(PTRACE_SEIZE, 1, 0, 0)); }

ATTEMPT(read_memory_of_first)
{
    char byte;
    struct iovec here = { &byte, 1 }, there = { (void *)0x400000, 1 };
    return TRY(process_vm_readv(1, &here, 1, &there, 1, 0));
}

ATTEMPT(open_memory_of_first) { return opens("/proc/1/mem", O_RDWR); }

ATTEMPT(environment_of_first) { return opens("/proc/1/environ", O_RDONLY); }

ATTEMPT(root_of_first) { return opens("/proc/1/root", O_RDONLY); }

ATTEMPT(directory_of_first) { return opens("/proc/1/cwd", O_RDONLY); }

ATTEMPT(descriptors_of_first) { return opens("/proc/1/fd", O_RDONLY); }

ATTEMPT(take_descriptor_of_first)
{
    long process = call64(434, 1, 0, 0, 0, 0);
    return process < 0 ? (int)-process : answer(call64(438, process, 0, 0, 0, 0));
}

ATTEMPT(kill_first)
{
    if (kill(1, SIGKILL) != 0)
        return errno;
    usleep(100000);
    return kill(1, 0) == 0 || errno == EPERM ? NO_EFFECT : GAINED;
}

ATTEMPT(signal_outside) { return TRY(kill(host_process(), 0)); }

ATTEMPT(queue_signal_outside)
{
    union sigval none = { 0 };
    return TRY(sigqueue(host_process(), 0, none));
}

ATTEMPT(handle_of_process_outside) { return answer(call64(434, host_process(), 0, 0, 0, 0)); }

ATTEMPT(trace_outside) { return TRY(ptrace(PTRACE_SEIZE, host_process(), 0, 0)); }

ATTEMPT(limits_of_outside)
{
    struct rlimit limit;
    return TRY(prlimit(host_process(), RLIMIT_NOFILE, NULL, &limit));
}

ATTEMPT(see_process_outside)
{
    char path[60];
    sprintf(path, "/proc/%d/status", host_process());
    return opens(path, O_RDONLY);
}

ATTEMPT(raise_priority) { return TRY(setpriority(PRIO_PROCESS, 0, -20)); }

ATTEMPT(real_time)
{
    struct sched_param first = { .sched_priority = 1 };
    return TRY(sched_setscheduler(0, SCHED_FIFO, &first));
}

ATTEMPT(hide_from_memory_killer)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY);
    return fd < 0 ? errno : TRY(write(fd, "-1000", 5));
}

ATTEMPT(become_root) { return TRY(setuid(0)); }

ATTEMPT(join_groups)
{
    gid_t group = 0;
    return TRY(setgroups(1, &group));
}

/* A process that has cut every tie; the test looks for it when the build is over. */
ATTEMPT(outlive_the_build)
{
    if (fork() != 0)
        return NO_EFFECT;
    setsid();
    if (fork() != 0)
        _exit(0);
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    for (int number = 1; number < 65; number++)
        if (number != SIGALRM)
            signal(number, SIG_IGN);
    alarm(0);
    for (;;)
        pause();
}
