using Farm.Sandbox.Linux;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Inside;

/// <summary>Brings up <c>lo</c>, the only interface of a new network namespace.</summary>
internal static unsafe class Loopback
{
    public static void BringUp(int status)
    {
        const int internet = 2;
        const int datagram = 2 | Flags.CloseOnExec;
        const int setFlags = 0x8914;
        const short upLoopbackRunning = 0x1 | 0x8 | 0x40;
        const int flagsOffset = 16;
        var socket = ChildReport.Check(status, Kernel.Socket(internet, datagram), SetupStep.Loopback, Of("lo"u8));
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        request[0] = (byte)'l';
        request[1] = (byte)'o';
        *(short*)(request + flagsOffset) = upLoopbackRunning;
        ChildReport.Check(status, Kernel.Ioctl(socket, setFlags, (nint)request), SetupStep.Loopback, Of("lo"u8));
        Kernel.Close(socket);
    }
}
