using System.Text.Json;
using Farm.Http.Caches;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Worker.Execution;
using Farm.Worker.Planning;
using Farm.Worker.Recursive;
using Farm.Worker.Running;

namespace Farm.Worker;

/// <summary>All that a worker node is made from.</summary>
/// <param name="Worker">The node itself.</param>
/// <param name="Store">Its own store.</param>
/// <param name="Sandbox">What every builder sees.</param>
/// <param name="SandboxProgram">Path of <c>farm-sandbox</c>.</param>
/// <param name="Groups">How builds are limited and counted.</param>
/// <param name="Results">What is done with what builders leave.</param>
/// <param name="Downloads">How <c>builtin:fetchurl</c> fetches.</param>
public sealed record WorkerNodeSettings(
    WorkerSettings Worker,
    LocalStoreSettings Store,
    SandboxSettings Sandbox,
    string SandboxProgram,
    ControlGroupSettings Groups,
    ResultSettings Results,
    HttpCacheSettings Downloads
)
{
    /// <summary>How the store is served as a binary cache.</summary>
    public CacheSettings Cache { get; init; } = new();

    /// <summary>Whether that is done for everybody, on an address of its own.</summary>
    public bool ServesCache { get; init; }

    /// <summary>Serves builders that ask for recursive Nix, where <c>farm.sandbox.recursive-nix</c> is on; null where none is served.</summary>
    public IBuildDaemon? BuildDaemon { get; init; }

    /// <summary>Reads <c>farm.worker</c>, <c>farm.store</c>, <c>farm.cache</c> and <c>farm.sandbox</c>; the root of the store is the worker's data directory.</summary>
    /// <param name="config">The whole configuration of a node.</param>
    /// <exception cref="ConfigurationException">A value is missing or breaks a rule; the message names its key.</exception>
    /// <exception cref="ArgumentException">A value of the store does.</exception>
    /// <exception cref="SandboxException">There is no sandbox program.</exception>
    public static WorkerNodeSettings From(Config config)
    {
        var worker = WorkerSettings.From(config);
        var rooted = ConfigurationFactory
            .ParseString($"farm.store.root = {Quoted(worker.DataDirectory)}")
            .WithFallback(config);
        var store = LocalStoreSettings.From(rooted);
        return new WorkerNodeSettings(
            worker,
            store,
            SandboxConfig.Read(config, store.Layout.StoreDir),
            Running.SandboxProgram.Find(config.GetString($"{SandboxConfig.Section}.program")),
            ControlGroupSettings.From(config),
            ResultSettings.From(config),
            SubstituterSettings.From(config).Http
        )
        {
            Cache = CacheSettings.From(config),
            ServesCache = config.GetBoolean("farm.worker.cache", false),
        };
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
