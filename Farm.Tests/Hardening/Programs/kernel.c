/* Parts of the kernel that no build needs, and what belongs to the whole machine. */
#include "attempt.h"
#include <linux/keyctl.h>
#include <sys/timex.h>
#include <sys/time.h>
#include <time.h>

ATTEMPT(key_add) { return answer(call64(248, (long)"user", (long)"farm", (long)"x", 1, -3)); }

ATTEMPT(key_request) { return answer(call64(249, (long)"user", (long)"farm", 0, 0, 0)) == ENOKEY ? GAINED : errno; }

ATTEMPT(key_session) { return answer(call64(250, KEYCTL_GET_KEYRING_ID, -3, 0, 0, 0)); }

ATTEMPT(i386_key_session) { return answer(call32(288, KEYCTL_GET_KEYRING_ID, -3, 0, 0, 0)); }

ATTEMPT(io_uring_setup)
{
    static char parameters[120];
    return answer(call64(425, 4, (long)parameters, 0, 0, 0));
}

ATTEMPT(i386_io_uring_setup)
{
    static char parameters[120];
    return answer(call32(425, 4, (long)parameters, 0, 0, 0));
}

/* Without the kernel's page faults, which is what ordinary users may have. */
ATTEMPT(userfaultfd) { return answer(call64(323, 1, 0, 0, 0, 0)); }

ATTEMPT(i386_userfaultfd) { return answer(call32(374, 1, 0, 0, 0, 0)); }

ATTEMPT(userfaultfd_device) { return opens("/dev/userfaultfd", O_RDWR); }

/* An array of one entry. */
ATTEMPT(bpf)
{
    static unsigned attributes[18] = { 2, 4, 8, 1 };
    return answer(call64(321, 0, (long)attributes, sizeof attributes, 0, 0));
}

/* A socket filter that answers 0. */
ATTEMPT(bpf_program)
{
    static unsigned long code[2] = { 0xB7, 0x95 };
    static struct { unsigned type, count; unsigned long code, license; char rest[100]; } attributes;
    attributes.type = 1;
    attributes.count = 2;
    attributes.code = (unsigned long)code;
    attributes.license = (unsigned long)"GPL";
    return answer(call64(321, 5, (long)&attributes, 72, 0, 0));
}

/* Software event "task clock"; the flags leave the kernel and the hypervisor out. */
static int perf(int process, int processor, unsigned long flags)
{
    static struct { unsigned type, size; unsigned long config, period, sample, read, flags; char rest[80]; } event;
    event.type = 1;
    event.size = 112;
    event.config = 1;
    event.flags = flags;
    return answer(call64(298, (long)&event, process, processor, -1, 0));
}

ATTEMPT(perf_of_itself) { return perf(0, -1, 1 | 32 | 64); }

ATTEMPT(perf_of_the_machine) { return perf(-1, 0, 1); }

ATTEMPT(kexec_load) { return answer(call64(246, 0, 0, 0, 0, 0)); }

ATTEMPT(kexec_file_load) { return answer(call64(320, -1, -1, 0, 0, 4)); }

ATTEMPT(module_load) { return answer(call64(175, (long)"x", 1, (long)"", 0, 0)); }

ATTEMPT(module_load_file) { return answer(call64(313, open("/proc/self/exe", O_RDONLY), (long)"", 0, 0, 0)); }

ATTEMPT(module_remove) { return answer(call64(176, (long)"farm", O_NONBLOCK, 0, 0, 0)); }

ATTEMPT(clock_settime)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return TRY(clock_settime(CLOCK_REALTIME, &now));
}

ATTEMPT(settimeofday)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return TRY(settimeofday(&now, NULL));
}

ATTEMPT(adjtimex)
{
    struct timex step = { .modes = ADJ_OFFSET_SINGLESHOT };
    return TRY(adjtimex(&step));
}

ATTEMPT(host_name) { return TRY(sethostname("gained", 6)); }

ATTEMPT(domain_name) { return TRY(setdomainname("gained", 6)); }

/* Its magic numbers are wrong, so that nothing would happen in any case. */
ATTEMPT(restart) { return answer(call64(169, 0, 0, 0, 0, 0)); }

ATTEMPT(swap) { return answer(call64(167, (long)"/nowhere", 0, 0, 0, 0)); }

ATTEMPT(accounting) { return answer(call64(163, 0, 0, 0, 0, 0)); }

ATTEMPT(ports_of_the_machine) { return answer(call64(172, 3, 0, 0, 0, 0)); }

ATTEMPT(kernel_log)
{
    static char text[64];
    return answer(call64(103, 3, (long)text, sizeof text, 0, 0));
}

ATTEMPT(terminal_input)
{
    char byte = 'x';
    ioctl(1, TIOCSCTTY, 0);
    return TRY(ioctl(1, TIOCSTI, &byte));
}

/* The same, on a terminal that the build has made for itself. */
ATTEMPT(terminal_input_of_its_own)
{
    char byte = 'x';
    int number = 0, master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    ioctl(master, TIOCSPTLCK, &number);
    int terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    setsid();
    ioctl(terminal, TIOCSCTTY, 0);
    return TRY(ioctl(terminal, TIOCSTI, &byte));
}

ATTEMPT(i386_terminal_input)
{
    static char byte = 'x';
    ioctl(1, TIOCSCTTY, 0);
    return answer(call32(54, 1, TIOCSTI, (long)&byte, 0, 0));
}

ATTEMPT(console_input)
{
    char request[2] = { 2, 0 };
    return TRY(ioctl(1, TIOCLINUX, request)) == ENOTTY ? GAINED : errno;
}
