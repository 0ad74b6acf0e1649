using System.Collections.Immutable;
using Farm.Http;
using Farm.Http.Caches;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Tests.Conventions;
using Farm.Tests.Support;
using Farm.Tests.Worker.Actors;
using Farm.Tests.Worker.Core;
using Farm.Tests.Worker.Execution;
using Farm.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Worker;

/// <summary>Real worker nodes with real stores and sandboxes, and a scripted coordinator with a real store.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString(SourceTree.Text("cluster.hocon"));
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store;
    private int _attempts;

    private WorkerBench(TemporaryStore store, FakeCoordinator coordinator) =>
        (_store, Coordinator) = (store, coordinator);

    public FakeCoordinator Coordinator { get; }

    /// <summary>The coordinator's store.</summary>
    public LocalStore Store => _store.Store;

    public static async Task<WorkerBench> StartAsync()
    {
        var store = await TemporaryStore.OpenAsync();
        var coordinator = await FakeCoordinator.StartAsync(web =>
        {
            web.MapBinaryCache(store.Store);
            web.MapUploads(
                store.Store,
                new HoldLeases(store.Store.TempRoots, TimeSpan.FromHours(1), TimeProvider.System)
            );
        });
        return new WorkerBench(store, coordinator);
    }

    public string DataDirectory(string name) => _directory.File(name);

    /// <summary>Where a node keeps its store objects.</summary>
    public string StoreDirectory(string name) => $"{DataDirectory(name)}/nix/store";

    public Task<WorkerNode> StartWorkerAsync(string name, TimeProvider? clock = null)
    {
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                farm.worker {
                  name = {{name}}
                  coordinator = "{{Coordinator.Url}}"
                  slots = 2
                  data-dir = "{{DataDirectory(name)}}"
                  build-users-dir = "{{_directory.File("users")}}"
                }
                """
            )
            .WithFallback(Defaults);
        return WorkerNode.StartAsync(
            WorkerNodeSettings.From(config),
            NullLoggerFactory.Instance,
            clock ?? TimeProvider.System,
            CancellationToken.None
        );
    }

    /// <summary>Adds a text to the coordinator's store.</summary>
    public Task<PathInfo> AddTextAsync(string name, string text) =>
        Store.AddTextAsync(
            StorePathName.Parse(name),
            System.Text.Encoding.UTF8.GetBytes(text),
            [],
            CancellationToken.None
        );

    /// <summary>An order to run a shell script that makes <c>$out</c>.</summary>
    public DesiredAttempt Order(string name, string script, params InputHolders[] inputs) =>
        Order(Request(name, script, new RequestedOutput("out", FakeStore.PathOf(name)), inputs), inputs);

    public DesiredAttempt Order(BuildRequest request, params InputHolders[] inputs) =>
        new(SomeWorker.Attempt(Interlocked.Increment(ref _attempts)), 1, request, SomeWorker.Limits, [.. inputs]);

    public static BuildRequest Request(
        string name,
        string script,
        RequestedOutput output,
        params InputHolders[] inputs
    ) =>
        new()
        {
            DrvPath = FakeStore.PathOf($"{name}.drv"),
            Name = name,
            Outputs = [output],
            InputPaths = [.. inputs.Select(input => input.Path)],
            Platform = "x86_64-linux",
            Builder = Text("/bin/sh"),
            Args = [Text("-c"), Text(script)],
            Env = ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(
                Text("out"),
                Text(StoreDir.Default.Print(output.Path))
            ),
            Options = BuildOptions.None,
        };

    /// <summary>Has the connected worker build something, to the end.</summary>
    public async Task<BuildOutcome> BuildAsync(DesiredAttempt order)
    {
        await Coordinator.DesireAsync(order);
        return await Coordinator.OutcomeAsync(order.Attempt);
    }

    public async ValueTask DisposeAsync()
    {
        await Coordinator.DisposeAsync();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private static ByteString Text(string text) => ByteString.FromUtf8(text);
}
