using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Running;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Hardening;

/// <summary>Compiles the attempts once and runs all of them once in each surrounding that is asked for.</summary>
public sealed class AttemptBench : IAsyncLifetime, IDisposable
{
    private const uint Nobody = 65534;
    private const UnixFileMode Runnable = (UnixFileMode)0x1ED;

    private static readonly StorePath s_input = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-input");

    private readonly SandboxBench _bench = new();
    private readonly Dictionary<Surroundings, Task<IReadOnlyDictionary<string, string>>> _runs = [];
    private readonly Socket _stream = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _datagram = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private string _program = "";

    /// <summary>The compiled attempts.</summary>
    public string Program => _program;

    private string InputFile => Path.Combine(_bench.Directory, "input");

    private string HostFile => Path.Combine(_bench.Directory, "host-file");

    /// <summary>Name of the abstract socket outside.</summary>
    public string SocketName => $"farm-{Environment.ProcessId}-{_bench.BuildId}";

    public async Task InitializeAsync()
    {
        if (new SandboxFactAttribute().Skip is not null)
            return; // Nothing here is run.
        File.SetUnixFileMode(_bench.Directory, Runnable);
        _program = await AttemptPrograms.CompileAsync(_bench.Directory);
        Directory.CreateDirectory(InputFile);
        await File.WriteAllTextAsync(Path.Combine(InputFile, "f"), "input");
        await File.WriteAllTextAsync(HostFile, "secret");
        _stream.Bind(new UnixDomainSocketEndPoint($"\0{SocketName}"));
        _stream.Listen(100);
        _datagram.Bind(new UnixDomainSocketEndPoint($"\0{SocketName}-datagram"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _stream.Dispose();
        _datagram.Dispose();
        _bench.Dispose();
    }

    /// <summary>Runs one attempt in a build of its own.</summary>
    /// <param name="change">What is other than usual about the build.</param>
    /// <returns>What came of it.</returns>
    public async Task<string> AloneAsync(Surroundings surroundings, string name, Func<SandboxSpec, SandboxSpec> change)
    {
        var (result, log) = await _bench.RunAsync(change(Spec(surroundings, name)));
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{log}");
        Assert.Empty(_bench.Processes);
        return log.TrimEnd().Split(' ', 2)[^1];
    }

    /// <summary>Runs a build of which only the end matters.</summary>
    public async Task<SandboxResult> RunAsync(SandboxSpec spec) => (await _bench.RunAsync(spec)).Result;

    /// <summary>What came of an attempt.</summary>
    public async Task<string> AnswerAsync(Attempt attempt, Surroundings surroundings)
    {
        var answers = await AnswersAsync(surroundings);
        return answers.TryGetValue(attempt.Name, out var answer) ? answer : "no answer";
    }

    /// <summary>All answers in these surroundings, by the names of the attempts.</summary>
    public Task<IReadOnlyDictionary<string, string>> AnswersAsync(Surroundings surroundings)
    {
        lock (_runs)
        {
            if (!_runs.TryGetValue(surroundings, out var run))
                _runs[surroundings] = run = RunAsync(surroundings);
            return run;
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> RunAsync(Surroundings surroundings)
    {
        var log = surroundings switch
        {
            Surroundings.Outside => await OutsideAsync(
                Control.Outside,
                "unshare",
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "--fork",
                "--mount-proc"
            ),
            Surroundings.OrdinaryUser => await OutsideAsync(
                Control.OrdinaryUser,
                "setpriv",
                $"--reuid={Nobody}",
                $"--regid={Nobody}",
                "--clear-groups"
            ),
            _ => await InsideAsync(surroundings),
        };
        return log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => parts[^1].Replace(' ', '-'));
    }

    private async Task<string> InsideAsync(Surroundings surroundings)
    {
        var spec = Spec(surroundings, "all-but", "outlive", "exhaust", "hand_over", "take_over");
        if (surroundings == Surroundings.Rootless)
            return await RootlessAsync(spec);
        var (result, log) = await _bench.RunAsync(spec);
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{log}");
        Assert.Empty(_bench.Processes);
        return log;
    }

    /// <summary>A build that makes attempts.</summary>
    public SandboxSpec Spec(Surroundings surroundings, params string[] arguments)
    {
        var environment = Given($"/nix/store/{s_input}");
        var spec = _bench.Shell("");
        return spec with
        {
            Inputs = [new SandboxInput(s_input, InputFile)],
            Binds = [.. spec.Binds, new SandboxBind("/bin/attempts", _program)],
            EtcFiles = EtcFiles.For(spec.Ids, "/build", surroundings == Surroundings.FixedOutput),
            KeepsNetwork = surroundings == Surroundings.FixedOutput,
            Builder = SandboxBench.Text("/bin/attempts"),
            Arguments = [.. arguments.Prepend("attempts").Select(SandboxBench.Text)],
            Environment = environment.Aggregate(
                spec.Environment,
                (all, one) => all.SetItem(SandboxBench.Text(one.Key), SandboxBench.Text(one.Value))
            ),
            Filter = surroundings == Surroundings.WithoutFilter ? ByteString.Empty : spec.Filter,
        };
    }

    private async Task<string> RootlessAsync(SandboxSpec spec)
    {
        var launcher = await RootlessLauncher.MakeAsync(_bench.Directory, spec.ScratchDirectory, Nobody);
        using var log = new MemoryStream();
        var result = await launcher.RunAsync(
            spec,
            async bytes => await log.WriteAsync(bytes, CancellationToken.None),
            CancellationToken.None
        );
        var text = Encoding.UTF8.GetString(log.ToArray());
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{text}");
        return text;
    }

    private async Task<string> OutsideAsync(Control control, params string[] wrapper)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_bench.Directory, $"outside-{control}")).FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0x1FF);
        var names = Attempts.All.Where(attempt => attempt.Control == control).Select(attempt => attempt.Name);
        string[] arguments = [.. wrapper.Skip(1), _program, .. names];
        var (exit, output) = await AttemptPrograms.RunAsync(wrapper[0], arguments, Given(InputFile), directory);
        Assert.True(exit == 0, output);
        return output;
    }

    private Dictionary<string, string> Given(string input) =>
        new(StringComparer.Ordinal)
        {
            ["INPUT"] = input,
            ["HOST_FILE"] = HostFile,
            ["HOST_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            ["SOCKET"] = SocketName,
        };
}
