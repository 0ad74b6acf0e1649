using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>The small example, instantiated by the real Nix, built twice on a farm of three processes that then stops; and what was seen of it.</summary>
public sealed class SmallExample : IAsyncLifetime, IDisposable
{
    /// <summary>The nodes; the coordinator first.</summary>
    public static readonly ImmutableArray<string> Nodes = ["coordinator", "worker-1", "worker-2"];

    private static readonly ImmutableArray<string> Attributes = ["collected", "split", "counted", "failing"];

    private readonly RealNix _nix = new();
    private readonly Dictionary<string, StorePath> _drvs = [];
    private FarmProcesses? _farm;

    internal FarmProcesses Farm => _farm ?? throw new InvalidOperationException("the farm did not start");

    /// <summary>The first <c>farm build</c>.</summary>
    internal (int ExitCode, ProgramRun Run) First { get; private set; }

    /// <summary>The same once more.</summary>
    internal (int ExitCode, ProgramRun Run) Second { get; private set; }

    /// <summary><c>farm build</c> of the derivation that fails.</summary>
    internal (int ExitCode, ProgramRun Run) Failing { get; private set; }

    /// <summary><c>farm log</c> of it.</summary>
    internal (int ExitCode, ProgramRun Run) FailingLog { get; private set; }

    internal IReadOnlyDictionary<string, int> StopCodes { get; private set; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>How many attempts there were at each step after the first and after the second build.</summary>
    internal (ImmutableArray<int> First, ImmutableArray<int> Second) Attempts { get; private set; }

    /// <summary>The derivation of one of the example's attributes.</summary>
    public StorePath Drv(string attribute) => _drvs[attribute];

    public async Task InitializeAsync()
    {
        if (new FarmProcessFactAttribute().Skip is not null)
            return;
        _farm = new FarmProcesses(TimeSpan.FromSeconds(120));
        var expression = Path.Combine(SourceTree.Root, "examples/small");
        foreach (var attribute in Attributes)
            _drvs[attribute] = (await _nix.InstantiateAsync(expression, ["-A", attribute], _farm.Ct))[0];

        await _farm.StartCoordinatorAsync();
        await Task.WhenAll(_farm.StartWorkerAsync("worker-1", 2), _farm.StartWorkerAsync("worker-2", 2));
        First = await BuildAsync("collected", "split", "counted");
        var attempts = await CountAttemptsAsync();
        Second = await BuildAsync("collected", "split", "counted");
        Attempts = (attempts, await CountAttemptsAsync());
        Failing = await _farm.RunAsync("build", "--from", _nix.Root, "--no-out-link", Print("failing"));
        FailingLog = await _farm.RunAsync("log", Print("failing"));
        StopCodes = await _farm.StopAsync();
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose() => _nix.Dispose();

    private Task<(int ExitCode, ProgramRun Run)> BuildAsync(params string[] attributes) =>
        Farm.RunAsync(["build", "--from", _nix.Root, "--out-link", Farm.File("result"), .. attributes.Select(Print)]);

    private string Print(string attribute) => _nix.StoreDir.Print(Drv(attribute));

    private async Task<ImmutableArray<int>> CountAttemptsAsync()
    {
        var counts = ImmutableArray.CreateBuilder<int>();
        foreach (var attribute in Attributes.Remove("failing"))
            counts.Add((await Farm.Client.StepAsync(Drv(attribute), Farm.Ct)).Attempts.Length);
        return counts.ToImmutable();
    }
}
