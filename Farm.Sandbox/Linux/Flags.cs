namespace Farm.Sandbox.Linux;

/// <summary>Flags of the kernel's interface, by the kernel's names without their prefix.</summary>
internal static class Flags
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int Directory = 0x10000;
    public const int NoFollow = 0x20000;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    public const int TypeMask = 0xF000;
    public const int TypeDirectory = 0x4000;
    public const int TypeSymbolicLink = 0xA000;

    public const ulong NewMounts = 0x00020000;
    public const ulong NewCgroup = 0x02000000;
    public const ulong NewHostName = 0x04000000;
    public const ulong NewIpc = 0x08000000;
    public const ulong NewUser = 0x10000000;
    public const ulong NewPids = 0x20000000;
    public const ulong NewNetwork = 0x40000000;

    public const ulong MountNoSuid = 2;
    public const ulong MountNoDevices = 4;
    public const ulong MountRecursive = 0x4000;
    public const ulong MountPrivate = 0x40000;

    public const uint SetText = 1;
    public const uint CreateNow = 6;

    public const int Detach = 2;
    public const uint TreeClone = 1;
    public const uint TreeCloseOnExec = 0x80000;
    public const uint TreeRecursive = 0x8000;
    public const uint SymlinkNoFollow = 0x100;
    public const uint EmptyPath = 0x1000;
    public const uint MoveFromEmptyPath = 4;

    public const int SignalKill = 9;
    public const int SignalPipe = 13;
    public const int SignalTerminate = 15;
    public const int SignalChild = 17;
    public const int MessageCloseOnExec = 0x40000000;
    public const int MessageNoWait = 0x40;
    public const int MessageNoSignal = 0x4000;
    public const int UnixDomain = 1;
    public const int SequencedPackets = 5;
    public const int SetMask = 2;
    public const int NoHang = 1;

    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int TryAgain = 11;
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int InvalidArgument = 22;
    public const int NoSpace = 28;
}
