using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Daemon.Recursive;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Farm.Worker.Planning;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Worker.Execution;

/// <summary>Builds without a sandbox, in a store that is at its own name.</summary>
public sealed class UnconfinedBuildTests : IAsyncLifetime, IDisposable
{
    private const uint User = 1_234_501;
    private const uint Group = 1_234_500;
    private const string Clean = "export PATH=/usr/bin:/bin; ";

    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _actors = ActorSystem.Create("unconfined");
    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));
    private readonly string _name = $"bare-{Guid.NewGuid():N}";
    private LocalStore _store = null!; // InitializeAsync sets it
    private StorePath _output;

    private StoreDir StoreDir => _store.StoreDir;

    private string Output => StoreDir.Print(_output);

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0x1ED);
        var layout = StoreLayout.Create(
            StoreDir.Parse(_directory.File("store")),
            _directory.File("var"),
            _directory.File("log")
        );
        var settings = new LocalStoreSettings { Layout = layout, Immutable = ImmutableBit.Off };
        _store = await LocalStore.OpenAsync(settings, _actors, TimeProvider.System, default);
        _output = StorePath.Parse($"8f7619fpnfra1749229bx6r70jxc8mnw-{_name}");
    }

    public async Task DisposeAsync()
    {
        _launcher.Dispose();
        await _store.DisposeAsync();
        await _actors.Terminate();
    }

    public void Dispose() => _directory.Dispose();

    [RootFact]
    public async Task A_builder_is_the_build_user_on_the_host_itself()
    {
        await BuiltAsync(
            "echo $(id -u) $(id -G) > $out; for n in mnt pid net user ipc uts; do readlink /proc/self/ns/$n; done >> $out; pwd >> $out"
        );
        var lines = await File.ReadAllLinesAsync(Output);
        Assert.Equal($"{User} {Group}", lines[0]);
        string[] names = ["mnt", "pid", "net", "user", "ipc", "uts"];
        Assert.Equal(names.Select(name => new FileInfo($"/proc/self/ns/{name}").LinkTarget), lines[1..7]);
        Assert.Equal($"{Path.GetTempPath()}nix-build-{_name}.drv-0", lines[7]);
        Assert.False(Directory.Exists(lines[7]));
    }

    [RootFact]
    public async Task Its_environment_and_directory_are_those_that_real_Nix_gives_it()
    {
        const string script =
            Clean
            + "env | sort | sed -e \"s|$TMPDIR|TOP|g; s|$NIX_STORE|STORE|g; s|[0-9a-z]\\{32\\}-|HASH-|g\" > $out; "
            + "stat -c '%a' . >> $out; ls -A . >> $out; umask >> $out; ulimit -c >> $out; cat < /dev/stdin >> $out";
        if (new RequiresNixFactAttribute().Skip is not null)
            return;
        await BuiltAsync(script, clean: "");
        Assert.Equal(await OfNixAsync(script), await File.ReadAllTextAsync(Output));
    }

    [RootFact]
    public async Task It_finds_the_daemon_of_recursive_Nix_too()
    {
        if (new RequiresNixFactAttribute().Skip is not null)
            return;
        var script =
            "export NIX_STORE_DIR=$NIX_STORE NIX_STATE_DIR=/nowhere NIX_CONF_DIR=/nowhere HOME=$TMPDIR; "
            + "stat -c '%F %a %u' .nix-socket; echo data > data; p=$(nix-store --add data) && cat $p > $out && echo $p >> $out";
        var worker = new WorkerCapabilities(["x86_64-linux"], [RecursiveNixFeature.Name], [], Slots: 1);
        var outcome = await BuildAsync(
            script,
            change: parts =>
                parts with
                {
                    Sandbox = parts.Sandbox with { HasRecursiveNix = true },
                    Daemon = BuildDaemon.OfWorker(worker, TimeProvider.System, NullLogger<BuildDaemon>.Instance),
                },
            more: Environment("requiredSystemFeatures", RecursiveNixFeature.Name)
        );
        var built = Assert.IsType<BuildOutcome.Built>(outcome);
        var lines = await File.ReadAllLinesAsync(Output);
        Assert.Equal(["data", StoreDir.Print(Assert.Single(built.Outputs[0].References))], lines);
        Assert.False(Directory.Exists($"{Path.GetTempPath()}nix-build-{_name}.drv-0"));
    }

    [RootFact]
    public async Task What_it_leaves_running_is_ended()
    {
        await BuiltAsync(
            "setsid sleep 1000 > /dev/null 2>&1 < /dev/null & (setsid sleep 1001 > /dev/null 2>&1 &); echo > $out"
        );
        Assert.Empty(Processes());
    }

    [RootFact]
    public async Task A_builder_that_takes_too_long_is_ended_with_all_that_it_began()
    {
        var outcome = await BuildAsync(
            "(setsid sleep 1000 &); setsid sh -c 'sleep 1001 & sleep 1002' & echo half > $out; sleep 1003",
            BuildOptions.None with
            {
                Timeout = TimeSpan.FromSeconds(1),
            }
        );
        Assert.IsType<BuildOutcome.TimedOut>(outcome);
        Assert.Empty(Processes());
        Assert.False(Path.Exists(Output));
    }

    [RootFact]
    public async Task What_a_builder_that_fails_leaves_in_the_store_is_removed_and_its_directory_kept_in_place()
    {
        var outcome = await BuildAsync(
            "mkdir $out; echo half > $out/f; echo clue > clue; exit 3",
            BuildOptions.None with
            {
                KeepsFailed = true,
            }
        );
        Assert.IsType<BuildOutcome.BuilderFailed>(outcome);
        Assert.False(Path.Exists(Output));
        var kept = Assert.IsType<string>(outcome.KeptDirectory);
        Assert.Equal($"{Path.GetTempPath()}nix-build-{_name}.drv-0", kept);
        Assert.Equal("clue\n", await File.ReadAllTextAsync(Path.Combine(kept, "clue")));
        Directory.Delete(kept, recursive: true);
    }

    [RootFact]
    public async Task What_is_valid_is_not_written_over()
    {
        await BuiltAsync("echo first > $out");
        var outcome = await BuildAsync("echo second > $out", BuildOptions.None with { Mode = BuildMode.Check });
        Assert.Contains(
            "without a sandbox its builder would write over it",
            Assert.IsType<BuildOutcome.InputRejected>(outcome).Reason,
            StringComparison.Ordinal
        );
        Assert.Equal("first\n", await File.ReadAllTextAsync(Output));
    }

    [RootFact]
    public async Task A_store_that_build_users_cannot_reach_is_told_of_before_they_try()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0x1C0);
        var outcome = await BuildAsync("echo > $out");
        Assert.EndsWith(
            $"'{_directory.Path}' is closed to them: 'chmod o+x {_directory.Path}', or set 'sandbox' to 'true'",
            Assert.IsType<BuildOutcome.InputRejected>(outcome).Reason,
            StringComparison.Ordinal
        );
    }

    [RootFact]
    public async Task Its_output_is_taken_and_not_copied()
    {
        await BuiltAsync("echo > $out; stat -c %i $out >> $out");
        Assert.Equal($"\n{FileStatuses.Of(Output).Inode}\n", await File.ReadAllTextAsync(Output));
    }

    [RootFact]
    public async Task A_directory_with_two_names_of_one_file_is_copied_in_its_own_place()
    {
        await BuiltAsync("mkdir -p $out/d; echo one > $out/a; ln $out/a $out/d/b; ln $out/a c");
        Assert.Equal("one\n", await File.ReadAllTextAsync($"{Output}/a"));
        Assert.Equal("one\n", await File.ReadAllTextAsync($"{Output}/d/b"));
        Assert.True((await _store.CheckContentsAsync(_output, default)).IsIntact);
    }

    [RootFact]
    public async Task Of_a_floating_output_nothing_is_left_where_it_was_built()
    {
        var how = MethodAlgorithm.Create(ContentAddressMethod.Nar, HashAlgorithm.Sha256);
        var outcome = await BuildAsync(
            "mkdir $out; echo one > $out/a; ln $out/a $out/b",
            output: new RequestedOutput("out", _output, Floating: how)
        );
        var built = Assert.IsType<BuildOutcome.Built>(outcome).Outputs[0].Path;
        Assert.Equal("one\n", await File.ReadAllTextAsync($"{StoreDir.Print(built)}/b"));
        Assert.False(Path.Exists(Output));
    }

    [RootFact]
    public async Task A_hash_that_is_not_the_expected_one_leaves_nothing_in_the_store()
    {
        var outcome = await BuildAsync(
            "mkdir $out; echo one > $out/a",
            output: new RequestedOutput(
                "out",
                _output,
                ContentAddress.Create(ContentAddressMethod.Nar, Hash.Compute(HashAlgorithm.Sha256, []))
            )
        );
        Assert.IsType<BuildOutcome.HashMismatch>(outcome);
        Assert.False(Path.Exists(Output));
    }

    [RootFact]
    public async Task Another_users_file_is_no_output()
    {
        var file = _directory.File("store/anothers");
        await File.WriteAllTextAsync(file, "secret");
        var built = new BuiltOutput(_output, file) { Owner = User };
        await Assert.ThrowsAsync<StoreException.UnsupportedFile>(() =>
            _store.RegisterOutputsAsync([built], [], null, static _ => null, default)
        );
        Assert.Null(await _store.QueryAsync(_output, default));
    }

    [RootFact]
    public async Task What_an_earlier_build_of_the_same_user_has_left_is_ended_before_the_builder_begins()
    {
        string[] arguments = [$"--reuid={User}", $"--regid={Group}", "--clear-groups", "sleep", "1000"];
        using var left = Process.Start("setpriv", arguments);
        while (!Processes().Any())
            await Task.Delay(5);
        await BuiltAsync("echo > $out");
        await left.WaitForExitAsync();
        Assert.Equal(128 + 9, left.ExitCode);
    }

    [RootFact]
    public async Task Without_a_group_builders_have_ids_of_nobody_and_the_store_is_open_to_one_group_of_these()
    {
        var users = new BuildUsers(_directory.File("users"));
        using var first = users.TryTake();
        var outcome = await BuildAsync(
            $"{Clean}echo $(id -u) $(id -G) > $out; readlink /proc/self/ns/mnt >> $out",
            users: users
        );
        Assert.IsType<BuildOutcome.Built>(outcome);
        string[] expected =
        [
            $"{IdRange.Usual.First + 65536} {IdRange.Usual.First}",
            new FileInfo("/proc/self/ns/mnt").LinkTarget!, // A link of the kernel's, always there.
        ];
        Assert.Equal(expected, await File.ReadAllLinesAsync(Output));
    }

    private async Task BuiltAsync(string script, string clean = Clean)
    {
        var outcome = await BuildAsync(script, clean: clean);
        Assert.True(outcome is BuildOutcome.Built, outcome.ToString());
    }

    private async Task<BuildOutcome> BuildAsync(
        string script,
        BuildOptions? options = null,
        BuildUsers? users = null,
        string clean = Clean,
        Func<LocalBuildParts, LocalBuildParts>? change = null,
        ImmutableSortedDictionary<ByteString, ByteString>? more = null,
        RequestedOutput? output = null
    )
    {
        var parts = new LocalBuildParts(
            _store,
            new SandboxSettings
            {
                StoreDir = StoreDir,
                Mode = SandboxMode.Off,
                SandboxPaths = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)],
            },
            _launcher,
            users ?? new BuildUsers(_directory.File("users"), [new SandboxIds(User, Group)])
        );
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 1),
            Request(clean + script, options ?? BuildOptions.None, more ?? Environment()) with
            {
                Outputs = [output ?? new RequestedOutput("out", _output)],
            },
            []
        );
        parts = change?.Invoke(parts) ?? parts;
        return await new LocalBuildExecutor(parts).ExecuteAsync(assignment, new FakeProgress(), default);
    }

    private static ImmutableSortedDictionary<ByteString, ByteString> Environment(params string[] variable) =>
        variable is [var name, var value]
            ? ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(Text(name), Text(value))
            : ImmutableSortedDictionary<ByteString, ByteString>.Empty;

    private BuildRequest Request(
        string script,
        BuildOptions options,
        ImmutableSortedDictionary<ByteString, ByteString> more
    ) =>
        new()
        {
            DrvPath = StorePath.Parse($"3ghsl9sd83mc26i81adpa2fzf3yw4f68-{_name}.drv"),
            Name = _name,
            Outputs = [new RequestedOutput("out", _output)],
            InputPaths = [],
            Platform = "x86_64-linux",
            Builder = Text("/bin/sh"),
            Args = [Text("-c"), Text(script)],
            Env = more.Add(Text("out"), Text(Output))
                .Add(Text("name"), Text(_name))
                .Add(Text("system"), Text("x86_64-linux"))
                .Add(Text("builder"), Text("/bin/sh")),
            Options = options,
        };

    /// <summary>What real Nix's builder without a sandbox writes, in a store at its own name.</summary>
    private async Task<string> OfNixAsync(string script)
    {
        var root = Directory.CreateDirectory(_directory.File("nix")).FullName;
        var file = Path.Combine(root, "bare.nix");
        await File.WriteAllTextAsync(
            file,
            $"derivation {{ name = \"{_name}\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; args = [ \"-c\" (builtins.readFile ./script) ]; }}"
        );
        await File.WriteAllTextAsync(Path.Combine(root, "script"), script);
        var start = new ProcessStartInfo("nix-build", [file, "--no-out-link"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NIX_STORE_DIR"] = $"{root}/store";
        start.Environment["NIX_STATE_DIR"] = $"{root}/var";
        start.Environment["NIX_LOG_DIR"] = $"{root}/log";
        start.Environment["NIX_REMOTE"] = "local";
        start.Environment["NIX_CONFIG"] = "sandbox = false\nbuild-users-group =\nsubstituters =\ncores = 1";
        using var process = Process.Start(start)!; // Throws where it cannot be started.
        var error = process.StandardError.ReadToEndAsync();
        var output = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return await File.ReadAllTextAsync(output);
    }

    /// <summary>Processes of the build user.</summary>
    private static IEnumerable<string> Processes() =>
        Directory
            .EnumerateDirectories("/proc")
            .Where(entry => char.IsAsciiDigit(Path.GetFileName(entry)[0]) && IsOfUser(entry));

    private static bool IsOfUser(string process)
    {
        try
        {
            return File.ReadLines($"{process}/status")
                .Any(line => line.StartsWith($"Uid:\t{User}\t", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false; // It has ended meanwhile.
        }
    }

    private static ByteString Text(string text) => ByteString.FromUtf8(text);
}
