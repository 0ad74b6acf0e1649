namespace Farm.Tests.Hardening;

/// <summary>Sockets that reach beside the network, and changes of the network.</summary>
internal static class NetworkAttempts
{
    public const string Title = "Network and sockets";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("raw_socket", "a raw socket", Guard.Capabilities, "EPERM", Control.Outside),
        new("raw_socket_of_version_6", "a raw socket of IPv6", Guard.Capabilities, "EPERM EAFNOSUPPORT", Control.None),
        new("packet_socket", "a packet socket", Guard.Capabilities, "EPERM", Control.Outside),
        new("i386_packet_socket", "a packet socket, 32-bit", Guard.Filter, "ENOSYS", Control.Outside),
        new("machine_socket", "a socket to the host of a virtual machine", Guard.Filter, "EAFNOSUPPORT", Control.None),
        new("i386_machine_socket", "the same, 32-bit", Guard.Filter, "EAFNOSUPPORT", Control.None),
        new("i386_machine_socket_by_socketcall", "the same by `socketcall`", Guard.Filter, "ENOSYS", Control.None),
        new("kernel_cipher_socket", "a socket of the kernel's ciphers", Guard.Filter, "EAFNOSUPPORT", Control.None),
        new("socket_that_loads_a_module", "a socket that loads a module", Guard.Filter, "EAFNOSUPPORT", Control.None),
        new("change_routes", "a route by netlink", Guard.Capabilities, "EPERM", Control.Outside),
        new("make_interface", "an interface by netlink", Guard.Capabilities, "EPERM", Control.Outside),
        new("change_interface", "an interface by `ioctl`", Guard.Capabilities, "EPERM", Control.Outside),
        new(
            "abstract_socket_outside",
            "an abstract socket outside",
            Guard.SocketScope,
            "ECONNREFUSED EPERM",
            Control.OrdinaryUser
        ),
        new(
            "abstract_datagram_outside",
            "a datagram to an abstract socket outside",
            Guard.SocketScope,
            "ECONNREFUSED EPERM",
            Control.OrdinaryUser
        ),
        new(
            "i386_abstract_socket_outside",
            "an abstract socket outside, 32-bit",
            Guard.SocketScope,
            "ECONNREFUSED EPERM",
            Control.OrdinaryUser
        ),
    ];
}
