using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Runs shell scripts in real sandboxes below a directory of its own, gone when disposed.</summary>
public sealed class SandboxBench : IDisposable
{
    private static uint _lastId = IdRange.Usual.First;

    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));
    private int _count;

    public SandboxBench() => Directory = System.IO.Directory.CreateTempSubdirectory("farm-sandbox-").FullName;

    public string Directory { get; }

    /// <summary>A user id of the host that no other test uses.</summary>
    public uint BuildId { get; } = Interlocked.Add(ref _lastId, 65536);

    /// <summary>Processes of builds that still run.</summary>
    public string[] Processes => BuildProcesses.Of(BuildId);

    /// <summary>The helper that a launcher's builds of here share: the parent of the build's process, whose child is the sandbox's first.
    /// While one runs.</summary>
    public int Helper =>
        BuildProcesses.ParentOf(BuildProcesses.ParentOf(BuildProcesses.ParentOf(Processes[0], BuildId)));

    public static StorePath Output { get; } = StorePath.Parse("8f7619fpnfra1749229bx6r70jxc8mnw-sandbox-probe");

    /// <summary>A build of <c>/bin/sh -c script</c>.</summary>
    public SandboxSpec Shell(string script)
    {
        var scratch = Path.Combine(Directory, $"build-{Interlocked.Increment(ref _count)}");
        System.IO.Directory.CreateDirectory(
            scratch,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        return new SandboxSpec
        {
            ScratchDirectory = scratch,
            Ids = new SandboxIds(BuildId, BuildId),
            Binds = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)],
            Builder = Text("/bin/sh"),
            Arguments = [Text("sh"), Text("-c"), Text(script)],
            Environment = ImmutableSortedDictionary<ByteString, ByteString>
                .Empty.Add(Text("PATH"), Text("/path-not-set"))
                .Add(Text("out"), Text($"/nix/store/{Output}")),
            Filter = SeccompFilter.Create(),
            Timeout = TimeSpan.FromMinutes(1),
        };
    }

    public async Task<(SandboxResult Result, string Log)> RunAsync(SandboxSpec spec, CancellationToken ct = default)
    {
        using var log = new MemoryStream();
        var result = await _launcher.RunAsync(
            spec,
            async bytes => await log.WriteAsync(bytes, CancellationToken.None),
            ct
        );
        return (result, Encoding.UTF8.GetString(log.ToArray()));
    }

    /// <summary>Runs a build of a launcher and answers its helper.</summary>
    public async Task<int> HelperOfABuildAsync(SandboxLauncher launcher)
    {
        var helper = 0;
        await launcher.RunAsync(
            Shell("echo started; sleep 0.1"),
            _ =>
            {
                helper = Helper;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );
        return helper;
    }

    /// <summary>The log of a script that must end with 0.</summary>
    public async Task<string> LogAsync(string script)
    {
        var (result, log) = await RunAsync(Shell(script));
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{log}");
        return log;
    }

    public static ByteString Text(string text) => ByteString.FromUtf8(text);

    public void Dispose()
    {
        _launcher.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
