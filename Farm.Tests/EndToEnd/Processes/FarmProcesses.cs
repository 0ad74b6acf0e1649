using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Farm.Client;
using Farm.Coordinator.Persistence;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Farm.Tests.EndToEnd.Processes;

/// <summary>A farm of real processes, each with a data directory of its own below one temporary directory.</summary>
/// <remarks>Disposing kills what still runs, fails when a process outlives that, and removes all files.</remarks>
internal sealed class FarmProcesses : IAsyncDisposable
{
    // Below the ports that the system gives to outgoing connections: one of these could take the port of a coordinator
    // that is down for a moment, or even connect to itself on it.
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly Deadline _deadline;
    private readonly List<ProgramRun> _runs = [];
    private readonly Dictionary<string, ProgramRun> _nodes = [];

    public FarmProcesses(TimeSpan limit)
    {
        _deadline = new Deadline(limit);
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        Client = FarmClient.Connect(Address);
    }

    /// <summary>Where everything of this farm is; no other path of the machine has the same last part.</summary>
    public string Directory => _directory.Path;

    /// <summary>The last part of <see cref="Directory"/>.</summary>
    public string Name => Path.GetFileName(Directory);

    /// <summary>Where the coordinator listens, over all its lives.</summary>
    public Uri Address { get; }

    public FarmClient Client { get; }

    public CancellationToken Ct => _deadline.Token;

    public string File(string name) => _directory.File(name);

    /// <summary>Root of a node's store.</summary>
    public string DataDirectory(string node) => File(node);

    /// <summary>Where the paths of a node's store really are.</summary>
    public string StoreDirectory(string node) => Path.Combine(DataDirectory(node), "nix/store");

    public ProgramRun Node(string name) => _nodes[name];

    /// <summary>Starts the coordinator, or starts it again on the same data and port, and waits until it answers.</summary>
    public async Task StartCoordinatorAsync(params string[] settings)
    {
        StartNode("coordinator", ["coordinator", "--listen", Address.Authority], settings);
        await UntilAsync(AnswersAsync, "the coordinator answers");

        async Task<bool> AnswersAsync()
        {
            AssertRuns("coordinator");
            try
            {
                await Client.StatusAsync(Ct);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>Starts a worker, or starts it again on the same data, and waits until the coordinator has it.</summary>
    public async Task StartWorkerAsync(string name, int slots, params string[] settings)
    {
        var users = $"farm.worker.build-users-dir=\"{File("build-users")}\"";
        string[] verb = ["worker", "--name", name, "--coordinator", Address.ToString(), "--slots", $"{slots}"];
        StartNode(name, verb, [users, .. settings]);
        await UntilAsync(IsReadyAsync, $"{name} is connected");

        async Task<bool> IsReadyAsync()
        {
            AssertRuns(name);
            var workers = await Client.WorkersAsync(Ct);
            return workers.Any(worker => worker.Name.ToString() == name && worker.State == WorkerState.Ready);
        }
    }

    /// <summary>Starts <c>farm up</c>, which has the nodes' data below <c>farm</c>.</summary>
    public ProgramRun StartFarm(int workers)
    {
        var users = $"farm.worker.build-users-dir=\"{File("build-users")}\"";
        string[] place = ["--listen", Address.Authority, "--data-dir", File("farm")];
        return Start(["up", "--workers", $"{workers}", .. place, "--set", users]);
    }

    /// <summary>SIGKILL for the one process of this farm with that in its command line.</summary>
    public async Task KillProcessAsync(string command)
    {
        var line = Remains.Processes(Name).Single(line => line.Contains(command, StringComparison.Ordinal));
        using var process = Process.GetProcessById(int.Parse(line.Split(':')[0], CultureInfo.InvariantCulture));
        process.Kill();
        await UntilAsync(() => Task.FromResult(process.HasExited), $"'{line}' is gone");
    }

    /// <summary>Starts a client verb.</summary>
    public ProgramRun Start(params string[] arguments) => Start(null, arguments);

    /// <summary>Starts a client verb with more in its environment.</summary>
    public ProgramRun Start(IReadOnlyDictionary<string, string>? variables, string[] arguments)
    {
        var run = ProgramRun.Start(Directory, Address, _deadline, arguments, variables);
        _runs.Add(run);
        return run;
    }

    /// <summary>Runs a client verb to its end.</summary>
    public async Task<(int ExitCode, ProgramRun Run)> RunAsync(params string[] arguments)
    {
        var run = Start(arguments);
        return (await run.EndAsync(), run);
    }

    /// <summary>Stops the nodes in order, workers first.</summary>
    /// <returns>The exit code of each by name.</returns>
    public async Task<IReadOnlyDictionary<string, int>> StopAsync()
    {
        var codes = new Dictionary<string, int>();
        foreach (var (name, node) in _nodes.OrderBy(node => node.Key == "coordinator"))
        {
            await node.TerminateAsync();
            codes.Add(name, await node.EndAsync());
        }
        _nodes.Clear();
        return codes;
    }

    public Task UntilAsync(Func<Task<bool>> look, string what) => _deadline.UntilAsync(look, what, Told);

    /// <summary>Waits until nothing runs of this farm but its nodes.</summary>
    public Task NoBuilderLeftAsync() =>
        UntilAsync(
            () => Task.FromResult(Remains.Processes(Name).Count == _nodes.Values.Count(node => !node.HasExited)),
            "no process of a build is left"
        );

    /// <summary>Waits until no process has anything of the data directory of a node that was killed.</summary>
    public Task NoBuilderOfAsync(string node) =>
        UntilAsync(
            () => Task.FromResult(Remains.Processes($"{Name}/{node}").Count == 0),
            $"no process of the builds of {node} is left"
        );

    /// <summary>How many steps a worker builds now.</summary>
    public async Task<int> BuildingAsync(string worker)
    {
        var running = (await Client.StatusAsync(Ct)).Running;
        return running.Count(step =>
            step.Status is StepStatus.Running { Phase: BuildPhase.Building } on && on.Worker.ToString() == worker
        );
    }

    /// <summary>Has the real Nix compare the files of a stopped node's store with its database, and asks for the paths.</summary>
    public async Task AssertValidAsync(string node, IReadOnlyList<StorePath> paths)
    {
        Assert.Subset(Registered(node), paths.Select(path => path.ToString()).ToHashSet());
        using var nix = RealNix.OnStoreAt(DataDirectory(node));
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], Ct);
    }

    /// <summary>Waits until no process, scratch directory or half path of any build is left, while the nodes go on.</summary>
    public async Task CleanAsync()
    {
        await NoBuilderLeftAsync();
        foreach (var node in _nodes.Keys)
            await UntilAsync(() => Task.FromResult(Stray(node).Count == 0), $"the store of {node} has no stray file");
    }

    /// <summary>Entries of a node's store directory that are not registered.</summary>
    public IReadOnlyList<string> Stray(string node) => Remains.StrayFiles(StoreDirectory(node), Registered(node));

    /// <summary>Base names of the paths in a node's database.</summary>
    public HashSet<string> Registered(string node)
    {
        var file = Path.Combine(DataDirectory(node), "nix/var/nix/db/db.sqlite");
        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "select path from ValidPaths";
        using var rows = command.ExecuteReader();
        var paths = new HashSet<string>();
        while (rows.Read())
            paths.Add(Path.GetFileName(rows.GetString(0)));
        return paths;
    }

    /// <summary>The attempts at a step in the database of the stopped coordinator.</summary>
    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(StorePath drvPath)
    {
        await using var database = await FarmDatabase.OpenAsync(
            Path.Combine(DataDirectory("coordinator"), "coordinator.sqlite"),
            Ct
        );
        return await database.AttemptsAsync(drvPath, Ct);
    }

    /// <summary>What every process said, for the message of a failed test.</summary>
    public string Told() =>
        string.Concat(_runs.Select(run => run.Told)) + $"--- processes\n{string.Join('\n', Remains.Processes(Name))}\n";

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync();
        using var last = new Deadline(TimeSpan.FromSeconds(30));
        try
        {
            await last.UntilAsync(
                () => Remains.Processes(Name).Count == 0,
                "all is over",
                () => string.Join('\n', Remains.Processes(Name))
            );
        }
        finally
        {
            Client.Dispose();
            _deadline.Dispose();
            _directory.Dispose();
        }
    }

    private void AssertRuns(string node)
    {
        if (Node(node).HasExited)
            Assert.Fail($"{node} ended.\n{Told()}");
    }

    private void StartNode(string name, string[] verb, string[] settings)
    {
        string[] arguments =
        [
            .. verb,
            "--data-dir",
            DataDirectory(name),
            // So that no node outlives these tests, however they end.
            "--stop-with-input",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        _nodes[name] = Start(arguments);
    }

    private static int FreePort()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, Random.Shared.Next(FirstPort, LastPort));
            try
            {
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has it; try another.
            }
        }
    }
}
