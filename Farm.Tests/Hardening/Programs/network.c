/* Sockets that reach below or beside the network, and changes of the network itself. */
#include "abstract.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>

ATTEMPT(raw_socket) { return TRY(socket(AF_INET, SOCK_RAW, 1)); }

ATTEMPT(raw_socket_of_version_6) { return TRY(socket(AF_INET6, SOCK_RAW, 58)); }

ATTEMPT(packet_socket) { return TRY(socket(AF_PACKET, SOCK_RAW, 0)); }

ATTEMPT(i386_packet_socket)
{
    static unsigned arguments[3] = { AF_PACKET, SOCK_RAW, 0 };
    return answer(call32(102, 1, (long)arguments, 0, 0, 0));
}

/* Not divided by network namespaces: it reaches the host of a virtual machine. */
ATTEMPT(machine_socket) { return TRY(socket(40, SOCK_STREAM, 0)); }

ATTEMPT(i386_machine_socket) { return answer(call32(359, 40, SOCK_STREAM, 0, 0, 0)); }

ATTEMPT(i386_machine_socket_by_socketcall)
{
    static unsigned arguments[3] = { 40, SOCK_STREAM, 0 };
    return answer(call32(102, 1, (long)arguments, 0, 0, 0));
}

ATTEMPT(kernel_cipher_socket) { return TRY(socket(38, SOCK_SEQPACKET, 0)); }

/* A family that no kernel has loaded yet makes it load a module. */
ATTEMPT(socket_that_loads_a_module) { return TRY(socket(21, SOCK_SEQPACKET, 0)); }

struct request { struct nlmsghdr header; union { struct rtmsg route; struct ifinfomsg link; } body; char room[64]; };

static int ask(struct request *request)
{
    char reply[512];
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (fd < 0 || send(fd, request, request->header.nlmsg_len, 0) < 0)
        return errno;
    if (recv(fd, reply, sizeof reply, 0) < 0)
        return errno;
    struct nlmsghdr *header = (struct nlmsghdr *)reply;
    return header->nlmsg_type == NLMSG_ERROR ? -((struct nlmsgerr *)NLMSG_DATA(header))->error : GAINED;
}

ATTEMPT(change_routes)
{
    struct request request = { .header = { NLMSG_LENGTH(sizeof(struct rtmsg)), RTM_NEWROUTE,
        NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0 } };
    request.body.route = (struct rtmsg){ .rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC, .rtm_scope = RT_SCOPE_HOST, .rtm_type = RTN_BLACKHOLE };
    struct rtattr *destination = (struct rtattr *)((char *)&request + NLMSG_ALIGN(request.header.nlmsg_len));
    destination->rta_type = RTA_DST;
    destination->rta_len = RTA_LENGTH(4);
    memcpy(RTA_DATA(destination), "\xC6\x33\x64\x07", 4);
    request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + destination->rta_len;
    return ask(&request);
}

ATTEMPT(make_interface)
{
    struct request request = { .header = { NLMSG_LENGTH(sizeof(struct ifinfomsg)), RTM_SETLINK,
        NLM_F_REQUEST | NLM_F_ACK, 1, 0 } };
    request.body.link = (struct ifinfomsg){ .ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
    return ask(&request);
}

ATTEMPT(change_interface)
{
    struct ifreq request = { .ifr_name = "lo" };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(fd, SIOCGIFFLAGS, &request);
    request.ifr_flags |= IFF_UP;
    return TRY(ioctl(fd, SIOCSIFFLAGS, &request));
}

ATTEMPT(abstract_socket_outside)
{
    struct sockaddr_un address;
    socklen_t length = abstract(&address, given("SOCKET"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return fd < 0 ? errno : TRY(connect(fd, (struct sockaddr *)&address, length));
}

ATTEMPT(abstract_datagram_outside)
{
    struct sockaddr_un address;
    char name[120];
    snprintf(name, sizeof name, "%s-datagram", given("SOCKET"));
    socklen_t length = abstract(&address, name);
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    return fd < 0 ? errno : TRY(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length));
}

ATTEMPT(i386_abstract_socket_outside)
{
    static struct sockaddr_un address;
    static unsigned arguments[3];
    arguments[1] = (unsigned)(long)&address;
    arguments[2] = abstract(&address, given("SOCKET"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    arguments[0] = fd;
    return fd < 0 ? errno : answer(call32(102, 3, (long)arguments, 0, 0, 0));
}
