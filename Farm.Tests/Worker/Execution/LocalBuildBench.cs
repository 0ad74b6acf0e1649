using System.Collections.Immutable;
using System.Text;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Farm.Worker.Planning;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Execution;

/// <summary>Real builds of shell scripts in a store of their own.</summary>
internal sealed class LocalBuildBench : IAsyncDisposable
{
    private readonly TemporaryStore _store;
    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));

    private LocalBuildBench(TemporaryStore store) => _store = store;

    public static StorePath Output { get; } = StorePath.Parse("8f7619fpnfra1749229bx6r70jxc8mnw-probe");

    public string Physical => _store.Store.Layout.ToPhysical(Output);

    public TemporaryStore Store => _store;

    public string Log { get; private set; } = "";

    public static async Task<LocalBuildBench> OpenAsync() => new(await TemporaryStore.OpenAsync());

    public string Work(string name) => _store.Work(name);

    /// <summary>Builds <c>/bin/sh -c script</c> with one output, <c>out</c>.</summary>
    public async Task<BuildOutcome> BuildAsync(
        string script,
        BuildOptions? options = null,
        Func<LocalBuildParts, LocalBuildParts>? change = null
    )
    {
        var parts = new LocalBuildParts(
            _store.Store,
            new SandboxSettings { SandboxPaths = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)] },
            _launcher,
            new BuildUsers(_store.Work("users"))
        );
        parts = change?.Invoke(parts) ?? parts;
        IBuildExecutor executor = new LocalBuildExecutor(parts);
        if (parts.Results?.PostBuildHook is { } hook)
            executor = new PostBuildHookBuildExecutor(executor, hook, _store.Store.StoreDir);
        var progress = new FakeProgress();
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 1),
            Request(script, options ?? BuildOptions.None),
            []
        );
        var outcome = await executor.ExecuteAsync(assignment, progress, CancellationToken.None);
        Log = Encoding.UTF8.GetString(progress.Log);
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        _launcher.Dispose();
        await _store.DisposeAsync();
    }

    private static BuildRequest Request(string script, BuildOptions options) =>
        new()
        {
            DrvPath = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-probe.drv"),
            Name = "probe",
            Outputs = [new RequestedOutput("out", Output)],
            InputPaths = [],
            Platform = "x86_64-linux",
            Builder = Text("/bin/sh"),
            Args = [Text("-c"), Text(script)],
            Env = ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(
                Text("out"),
                Text($"/nix/store/{Output}")
            ),
            Options = options,
        };

    private static ByteString Text(string text) => ByteString.FromUtf8(text);
}
