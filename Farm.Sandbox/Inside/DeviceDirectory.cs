using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Makes <c>/dev</c>: the host's harmless devices by bind mount, and the links to the own descriptors.</summary>
/// <remarks>Runs in the cloned child.</remarks>
internal static unsafe class DeviceDirectory
{
    public static void Make(RootDirectory root, int statusFd, bool withKvm)
    {
        Kernel.Close(root.Open(Of("/dev/shm"u8), 8));
        Kernel.Close(root.Open(Of("/dev/pts"u8), 8));
        root.Bind(Of("/dev/full"u8), Of("/dev/full"u8), 9, BindFlags.FollowSource);
        root.Bind(Of("/dev/null"u8), Of("/dev/null"u8), 9, BindFlags.FollowSource);
        root.Bind(Of("/dev/random"u8), Of("/dev/random"u8), 11, BindFlags.FollowSource);
        root.Bind(Of("/dev/tty"u8), Of("/dev/tty"u8), 8, BindFlags.FollowSource);
        root.Bind(Of("/dev/urandom"u8), Of("/dev/urandom"u8), 12, BindFlags.FollowSource);
        root.Bind(Of("/dev/zero"u8), Of("/dev/zero"u8), 9, BindFlags.FollowSource);
        if (withKvm)
            root.Bind(Of("/dev/kvm"u8), Of("/dev/kvm"u8), 8, BindFlags.FollowSource | BindFlags.Optional);
        root.Link(Of("/proc/self/fd"u8), Of("dev/fd"u8));
        root.Link(Of("/proc/self/fd/0"u8), Of("dev/stdin"u8));
        root.Link(Of("/proc/self/fd/1"u8), Of("dev/stdout"u8));
        root.Link(Of("/proc/self/fd/2"u8), Of("dev/stderr"u8));
        ChildReport.Check(statusFd, Kernel.FileMode(root.Fd, Of("dev/null"u8)), SetupStep.Device, Of("/dev/null"u8));
    }
}
