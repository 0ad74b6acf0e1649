using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Outside;

/// <summary>The terminal that is the builder's output, in raw mode: bytes pass unchanged.</summary>
internal static unsafe class PseudoTerminal
{
    /// <summary>Opens both sides, neither of them the terminal of a session; the slave belongs to the build user.</summary>
    public static (int Master, int Slave) Open(Plan* plan, bool isRootUser)
    {
        const int unlock = 0x40045431;
        const int openPeer = 0x5441;
        const int flags = Flags.ReadWrite | Flags.NoControllingTerminal | Flags.CloseOnExec;
        var opened = Kernel.Open(Of("/dev/ptmx"u8), flags | Flags.NonBlocking);
        var master = (int)SetupException.Check(opened, "opening a pseudo-terminal");
        var locked = 0;
        SetupException.Check(Kernel.Ioctl(master, unlock, (nint)(&locked)), "unlocking the pseudo-terminal");
        var slave = (int)SetupException.Check(Kernel.Ioctl(master, openPeer, flags), "opening the terminal");
        MakeRaw(slave);
        if (isRootUser)
            SetupException.Check(Kernel.ChangeOwner(slave, plan->HostUid, 0), "giving the build user the terminal");
        SetupException.Check(Kernel.ChangeMode(slave, 0x180), "protecting the terminal");
        return (master, slave);
    }

    /// <summary>What <c>cfmakeraw</c> does, on the kernel's <c>struct termios</c>.</summary>
    private static void MakeRaw(int slave)
    {
        const int get = 0x5401;
        const int set = 0x5402;
        const uint inputBits = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
        const uint outputBits = 0x1;
        const uint controlBits = 0x30 | 0x100;
        const uint eightBits = 0x30;
        const uint localBits = 0x1 | 0x2 | 0x8 | 0x40 | 0x8000;
        var settings = stackalloc uint[16];
        SetupException.Check(Kernel.Ioctl(slave, get, (nint)settings), "reading the terminal's settings");
        settings[0] &= ~inputBits;
        settings[1] &= ~outputBits;
        settings[2] = (settings[2] & ~controlBits) | eightBits;
        settings[3] &= ~localBits;
        SetupException.Check(Kernel.Ioctl(slave, set, (nint)settings), "making the terminal raw");
    }
}
