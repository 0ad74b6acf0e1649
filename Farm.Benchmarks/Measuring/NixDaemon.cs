using System.Diagnostics;

namespace Farm.Benchmarks.Measuring;

/// <summary>A Nix daemon of its own that answers over pipes: the way to ask a Nix that runs already.</summary>
/// <remarks>Source: <c>nix-daemon --stdio</c>.</remarks>
internal sealed class NixDaemon : IAsyncDisposable
{
    private readonly Process _process;

    private NixDaemon(Process process, DaemonConnection connection) => (_process, Connection) = (process, connection);

    public DaemonConnection Connection { get; }

    /// <summary>Starts it on the store below a root; it has opened the store when this returns.</summary>
    public static NixDaemon Start(string root)
    {
        var start = new ProcessStartInfo("nix-daemon", ["--stdio", .. RealNix.Options(root)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("'nix-daemon' could not be started.");
        return new(
            process,
            DaemonConnection.Begin(process.StandardInput.BaseStream, process.StandardOutput.BaseStream)
        );
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input ends it.
        Connection.Dispose();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
