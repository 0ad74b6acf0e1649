using Farm.Sandbox.Linux;

namespace Farm.Sandbox.Outside;

/// <summary>An open directory, to name its entries by.</summary>
internal sealed unsafe class DirectoryHandle : IDisposable
{
    private DirectoryHandle(int fd) => Fd = fd;

    public int Fd { get; }

    /// <exception cref="SetupException">It cannot be opened.</exception>
    public static DirectoryHandle Open(byte* path, string what)
    {
        const int flags = Flags.PathOnly | Flags.Directory | Flags.CloseOnExec;
        return new DirectoryHandle((int)SetupException.Check(Kernel.Open(path, flags), what));
    }

    public void Dispose() => Kernel.Close(Fd);
}
