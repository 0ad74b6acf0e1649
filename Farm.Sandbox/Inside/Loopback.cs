using Farm.Sandbox.Linux;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Brings up <c>lo</c>, the only interface of a new network namespace.</summary>
internal static unsafe class Loopback
{
    public static void BringUp(int status) => ChildReport.Check(status, TryBringUp(), SetupStep.Loopback, Of("lo"u8));

    /// <returns>0 or more, or the negative errno.</returns>
    public static nint TryBringUp()
    {
        const int internet = 2;
        const int datagram = 2 | Flags.CloseOnExec;
        const int setFlags = 0x8914;
        const short upLoopbackRunning = 0x1 | 0x8 | 0x40;
        const int flagsOffset = 16;
        var socket = Kernel.Socket(internet, datagram);
        if (socket < 0)
            return socket;
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        request[0] = (byte)'l';
        request[1] = (byte)'o';
        *(short*)(request + flagsOffset) = upLoopbackRunning;
        var result = Kernel.Ioctl((int)socket, setFlags, (nint)request);
        Kernel.Close((int)socket);
        return result;
    }
}
