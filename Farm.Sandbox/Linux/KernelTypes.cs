using System.Runtime.InteropServices;

namespace Farm.Sandbox.Linux;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public const short Readable = 1;
    public const short Writable = 4;

    public int Fd;
    public short Events;
    public short Happened;
}

/// <summary>The kernel's <c>struct sigaction</c>; zero is the default action.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalDisposition
{
    /// <summary>The handler that means: ignore it.</summary>
    public const nint Ignore = 1;

    public nint Handler;
    public ulong Flags;
    public nint Restorer;
    public ulong Mask;
}

/// <summary><c>struct rusage</c>; times in seconds and microseconds, the resident set in KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ResourceUsage
{
    public long UserSeconds;
    public long UserMicroseconds;
    public long SystemSeconds;
    public long SystemMicroseconds;
    public long MaxResidentKiB;
    private fixed long _memory[7];

    /// <summary>Blocks of 512 bytes that were written to disks, or are to be.</summary>
    public long BlocksWritten;
    private fixed long _rest[5];
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MemoryPiece
{
    public void* Start;
    public nuint Length;
}

/// <summary><c>struct msghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketMessage
{
    private void* _name;
    private nuint _nameLength;
    public MemoryPiece* Pieces;
    public nuint PieceCount;
    public void* Control;
    public nuint ControlLength;
    private int _flags;
}
