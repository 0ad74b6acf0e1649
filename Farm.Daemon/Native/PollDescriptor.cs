using System.Runtime.InteropServices;

namespace Farm.Daemon.Native;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Requested;
    public short Returned;
}
