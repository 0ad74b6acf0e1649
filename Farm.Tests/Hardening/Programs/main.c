/* Runs attempts, each in a process of its own, and prints a line for each: its name and what came of it.
   Arguments: names, or "all-but" and the beginnings of names to leave out. */
#include "attempt.h"

static struct { const char *name; int (*run)(void); } attempts[400];
static int count;

void add(const char *name, int (*run)(void))
{
    attempts[count].name = name;
    attempts[count++].run = run;
}

static void run(int index)
{
    int ends[2], answer = -1, status = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(2);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        answer = attempts[index].run();
        write(ends[1], &answer, sizeof answer);
        _exit(0);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &answer, sizeof answer);
    close(ends[0]);
    waitpid(child, &status, 0);
    const char *name = attempts[index].name;
    if (got != sizeof answer)
        dprintf(1, "%s SIG%s\n", name, WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "NONE");
    else if (answer == GAINED)
        dprintf(1, "%s gained\n", name);
    else if (answer == ABSENT)
        dprintf(1, "%s absent\n", name);
    else if (answer == NO_EFFECT)
        dprintf(1, "%s no effect\n", name);
    else
        dprintf(1, "%s %s\n", name, strerrorname_np(answer) ? strerrorname_np(answer) : "unknown");
}

int main(int argc, char **argv)
{
    int all_but = argc > 1 && strcmp(argv[1], "all-but") == 0;
    for (int index = 0; index < count; index++) {
        int named = 0;
        for (int i = 1 + all_but; i < argc; i++)
            named |= all_but ? strncmp(argv[i], attempts[index].name, strlen(argv[i])) == 0
                             : strcmp(argv[i], attempts[index].name) == 0;
        if (named != all_but)
            run(index);
    }
    return 0;
}
