using System.Diagnostics;
using Farm.Store.Paths;
using Farm.Tests.Daemon.Clients;
using Farm.Tests.EndToEnd.Processes;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>A coordinator, workers and a daemon that has its builds done by them, each a process; and real Nix as the client.</summary>
internal sealed class FarmBehindDaemon : IAsyncDisposable
{
    private readonly string _gate;
    private readonly string _store;
    private Process? _daemon;

    private FarmBehindDaemon()
    {
        Nodes = new FarmProcesses(TimeSpan.FromMinutes(3));
        _store = $"farm.store.store-dir=\"{Side.StoreDir}\"";
        _gate = Directory.CreateDirectory(Nodes.File("gate")).FullName;
    }

    /// <summary>The daemon's store, and its clients.</summary>
    public NixSide Side { get; } = new();

    public FarmProcesses Nodes { get; }

    /// <param name="workers">Called <c>worker-1</c> and so on, each with four slots.</param>
    public static async Task<FarmBehindDaemon> StartAsync(int workers)
    {
        var farm = new FarmBehindDaemon();
        var paths = $"farm.sandbox.sandbox-paths=[\"/bin/sh=/bin/busybox\",\"/gate={farm._gate}\"]";
        farm._daemon = DaemonProgram.Start(farm.Script("daemon", "daemon"));
        await farm.StartCoordinatorAsync();
        await Task.WhenAll(
            Enumerable
                .Range(1, workers)
                .Select(number => farm.Nodes.StartWorkerAsync($"worker-{number}", 4, farm._store, paths))
        );
        await DaemonProgram.SocketFileAsync(farm.Side.Socket, farm._daemon);
        return farm;
    }

    /// <summary>Starts the coordinator, or starts it again on the same data.</summary>
    /// <param name="grace">How long builds of a worker that is not connected are kept for it.</param>
    public Task StartCoordinatorAsync(string grace = "1s") =>
        Nodes.StartCoordinatorAsync(_store, $"farm.coordinator.grace={grace}");

    /// <summary>A script that runs a verb with this farm behind it.</summary>
    public string Script(string name, string verb) =>
        DaemonProgram.Script(Side, name, $"{verb} --farm {Nodes.Address}");

    /// <summary>Lets builders go on that wait for it.</summary>
    public void Open(string name) => File.WriteAllText(Path.Combine(_gate, name), "");

    public async Task<StorePath> DrvAsync(string attribute)
    {
        using var process = Side.Start($"nix-instantiate F -A {attribute}");
        var path = (await process.StandardOutput.ReadToEndAsync()).Trim();
        return StorePath.Parse(Path.GetFileName(path));
    }

    /// <summary>How many builds the coordinator has that are not over.</summary>
    public async Task<int> OpenBuildsAsync() => (await Nodes.Client.StatusAsync(Nodes.Ct)).Builds.Length;

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            if (!_daemon.HasExited)
                await DaemonProgram.TerminateAsync(_daemon);
            _daemon.Dispose();
        }
        await Nodes.DisposeAsync();
        Side.Dispose();
    }
}
