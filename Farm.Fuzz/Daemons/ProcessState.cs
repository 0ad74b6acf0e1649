using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Daemons;

/// <summary>What a process holds: descriptors and memory that are in use.</summary>
internal sealed class ProcessState
{
    /// <summary>Connections to databases, files being read and sockets being closed come and go.</summary>
    private const int MostMoreDescriptors = 64;
    private const long MostMoreBytes = 128L << 20;

    private readonly int _descriptors = Descriptors();
    private readonly long _bytes = GC.GetTotalMemory(forceFullCollection: true);

    /// <exception cref="LawBrokenException">Much more is held now than when this was made.</exception>
    public void Check()
    {
        var (descriptors, bytes) = (Descriptors(), GC.GetTotalMemory(forceFullCollection: true));
        LawBrokenException.Unless(descriptors <= _descriptors + MostMoreDescriptors, "sessions leave no descriptors");
        LawBrokenException.Unless(bytes <= _bytes + MostMoreBytes, "sessions leave no memory");
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
