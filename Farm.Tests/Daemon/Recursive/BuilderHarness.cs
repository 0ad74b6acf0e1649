using System.Collections.Concurrent;
using Farm.Daemon.Recursive;
using Farm.Protocol;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;
using Farm.Worker.Execution;
using Farm.Worker.Planning;
using Farm.Worker.Recursive;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Daemon.Recursive;

/// <summary>A daemon that serves one builder, whose part is played by the test.</summary>
internal sealed class BuilderHarness : IAsyncDisposable
{
    private readonly TemporaryStore _temporary;
    private readonly BuilderSocket _socket;
    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));
    private readonly StoreHolds _holds;
    private readonly VisiblePaths _visible;
    private readonly IAsyncDisposable _serving;
    private bool _isOver;

    private BuilderHarness(TemporaryStore temporary, SampleObject seen, SampleObject unseen)
    {
        (_temporary, Seen, Unseen) = (temporary, seen, unseen);
        _holds = new StoreHolds(Store.TempRoots);
        _visible = new VisiblePaths([seen.Info.Path], [Output], _holds, ShowAsync);
        _socket = BuilderSocket.Listen(Directory.CreateDirectory(temporary.Work("scratch")).FullName);
        var parts = new LocalBuildParts(
            Store,
            new SandboxSettings { HasRecursiveNix = true },
            _launcher,
            new BuildUsers(temporary.Work("users"))
        );
        var worker = new WorkerCapabilities(["x86_64-linux"], ["recursive-nix"], [], Slots: 1);
        var daemon = BuildDaemon.OfWorker(worker, TimeProvider.System, NullLogger<BuildDaemon>.Instance);
        _serving = daemon.Serve(_socket.Socket, _visible, Named('d', "outer.drv"), parts);
    }

    public LocalStore Store => _temporary.Store;

    /// <summary>The only input.</summary>
    public SampleObject Seen { get; }

    /// <summary>Valid, and no input.</summary>
    public SampleObject Unseen { get; }

    /// <summary>What is being built.</summary>
    public static StorePath Output { get; } = Named('f', "outer");

    /// <summary>What has been shown to the builder, in order.</summary>
    public ConcurrentQueue<StorePath> Shown { get; } = new();

    public string SocketPath => _temporary.Work("scratch/.nix-socket");

    public static async Task<BuilderHarness> OpenAsync()
    {
        var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var (seen, unseen) = (Sample("seen"), Sample("unseen"));
        foreach (var sample in (SampleObject[])[seen, unseen])
        {
            using var nar = new MemoryStream(sample.Nar);
            var info = sample.Info with { Deriver = Named('g', "deriver.drv"), IsUltimate = true };
            await temporary.Store.AddFromNarAsync(info, nar, default);
        }
        return new BuilderHarness(temporary, seen, unseen);
    }

    public Task<WireClient> ConnectAsync(byte minor = 35, params string[] features) =>
        WireClient.ConnectAsync(SocketPath, Store.StoreDir, minor, features);

    public static SampleObject Sample(string text) => SampleObject.Of(StoreDir.Default, text, text);

    public static StorePath Named(char letter, string name) => StorePath.Parse($"{new string(letter, 32)}-{name}");

    /// <summary>The builder ends.</summary>
    public async ValueTask EndAsync()
    {
        if (_isOver)
            return;
        _isOver = true;
        await _serving.DisposeAsync();
        _holds.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _visible.Dispose();
        _socket.Dispose();
        _launcher.Dispose();
        await _temporary.DisposeAsync();
    }

    private Task ShowAsync(StorePath path, CancellationToken ct)
    {
        Shown.Enqueue(path);
        return Task.CompletedTask;
    }
}
