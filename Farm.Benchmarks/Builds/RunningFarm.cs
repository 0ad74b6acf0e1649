using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Builds;

/// <summary>A farm of the published program on this machine: one coordinator and workers, each a process. Stopped when disposed of.</summary>
internal sealed class RunningFarm : IAsyncDisposable
{
    private readonly Process _process;

    private RunningFarm(Process process, string program, string address) =>
        (_process, Program, Address) = (process, program, address);

    public string Program { get; }

    /// <summary>The coordinator's, for <c>--coordinator</c>.</summary>
    public string Address { get; }

    /// <summary>Starts it, and returns when all workers are connected.</summary>
    /// <param name="dataDirectory">Where the nodes keep their stores.</param>
    public static async Task<RunningFarm> StartAsync(string dataDirectory, int workers, int slots, CancellationToken ct)
    {
        var program = FarmProgram.Find();
        var listen = $"127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(
            "sh",
            [
                "-c",
                "exec \"$@\" > /dev/null 2>&1",
                "sh",
                program,
                "up",
                "--workers",
                Text(workers),
                "--slots",
                Text(slots),
                "--data-dir",
                dataDirectory,
                "--listen",
                listen,
            ]
        );
        var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        var farm = new RunningFarm(process, program, $"http://{listen}");
        try
        {
            await ChildProcess.RunAsync(
                program,
                ["status", "--wait", "--workers", Text(workers), "--coordinator", farm.Address],
                ct
            );
            return farm;
        }
        catch
        {
            await farm.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await ChildProcess.RunAsync("kill", ["-TERM", Text(_process.Id)], CancellationToken.None);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
