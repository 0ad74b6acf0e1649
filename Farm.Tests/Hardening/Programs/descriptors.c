/* Handing an open file of an output to somebody outside, who changes it when it is valid (CVE-2024-27297 of Nix). */
#include "abstract.h"

static union { struct cmsghdr header; char room[CMSG_SPACE(sizeof(int))]; } control;
static char byte;
static struct iovec part = { &byte, 1 };
static struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
    .msg_controllen = sizeof control.room };

static int bound(socklen_t *length, struct sockaddr_un *address)
{
    char name[120];
    snprintf(name, sizeof name, "%s-build", given("SOCKET"));
    *length = abstract(address, name);
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

/* In the build: makes the output, waits for a caller, and gives it the file. */
ATTEMPT(hand_over)
{
    struct sockaddr_un address;
    socklen_t length;
    int listener = bound(&length, &address);
    int output = open(given("out"), O_CREAT | O_RDWR, 0644);
    write(output, "honest", 6);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0)
        return errno;
    int caller = accept(listener, NULL, NULL);
    control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
        .cmsg_type = SCM_RIGHTS };
    memcpy(CMSG_DATA(&control.header), &output, sizeof output);
    int result = TRY(sendmsg(caller, &message, 0));
    read(caller, &byte, 1);
    return result;
}

/* Outside: takes the file, says so, and changes it when told to. */
ATTEMPT(take_over)
{
    struct sockaddr_un address;
    socklen_t length;
    int output, socket = bound(&length, &address);
    for (int i = 0; connect(socket, (struct sockaddr *)&address, length) != 0; i++) {
        if (i == 150)
            return errno;
        usleep(100000);
    }
    if (recvmsg(socket, &message, 0) < 0)
        return errno;
    memcpy(&output, CMSG_DATA(&control.header), sizeof output);
    close(socket);
    dprintf(1, "taken\n");
    read(0, &byte, 1);
    return TRY(pwrite(output, "gained", 6, 0));
}
