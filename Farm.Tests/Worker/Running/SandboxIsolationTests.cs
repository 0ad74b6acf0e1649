using System.Runtime.InteropServices;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>What a builder sees, and what it does not.</summary>
public sealed partial class SandboxIsolationTests : IDisposable
{
    private readonly SandboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SandboxFact]
    public async Task A_build_is_on_a_host_called_localhost_without_a_domain() =>
        Assert.Equal("localhost\n(none)\n", await _bench.LogAsync("hostname; cat /proc/sys/kernel/domainname"));

    [SandboxFact]
    public async Task A_build_has_a_loopback_interface_of_its_own_that_is_up()
    {
        var log = await _bench.LogAsync(
            "tail -n +3 /proc/net/dev | cut -d: -f1; ifconfig lo | grep -o UP; "
                + "echo pong | nc -l -p 4321 & sleep 0.2; nc 127.0.0.1 4321 </dev/null"
        );
        Assert.Equal(
            ["lo", "UP", "pong"],
            log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [SandboxFact]
    public async Task A_fixed_output_build_has_the_interfaces_of_the_host()
    {
        var (_, log) = await _bench.RunAsync(_bench.Shell("cat /proc/net/dev") with { KeepsNetwork = true });
        var host = (await File.ReadAllLinesAsync("/proc/net/dev")).Skip(2).Select(line => line.Split(':')[0]);
        Assert.Equal(host, log.TrimEnd('\n').Split('\n').Skip(2).Select(line => line.Split(':')[0]));
    }

    [SandboxFact]
    public async Task A_build_sees_its_own_processes_and_the_helper_as_the_first()
    {
        var log = await _bench.LogAsync(
            "set -- /proc/[0-9]*; echo $#; tr '\\0' ' ' < /proc/1/cmdline; grep PPid /proc/$$/status"
        );
        // PID 1 and the shell.
        Assert.StartsWith("2\n", log, StringComparison.Ordinal);
        Assert.Contains("farm-sandbox", log, StringComparison.Ordinal);
        Assert.EndsWith("PPid:\t1\n", log, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_build_can_neither_look_into_the_first_process_nor_kill_it()
    {
        var (result, log) = await _bench.RunAsync(
            _bench.Shell(
                "ls /proc/1/fd /proc/1/root 2>/dev/null; cat /proc/1/environ 2>/dev/null; kill -9 1; echo alive"
            )
        );
        Assert.EndsWith("alive\n", log, StringComparison.Ordinal);
        Assert.DoesNotContain("=", log, StringComparison.Ordinal);
        Assert.IsType<SandboxResult.Exited>(result);
    }

    [SandboxFact]
    public async Task Orphans_are_reaped_while_the_build_runs()
    {
        var log = await _bench.LogAsync(
            "for i in 1 2 3 4 5; do (sleep 0.05 &); done; sleep 0.4; grep -l 'State:.Z' /proc/[0-9]*/status || echo none"
        );
        Assert.Equal("none\n", log);
    }

    [SandboxFact]
    public async Task A_build_sees_no_shared_memory_of_the_host()
    {
        var id = SharedMemoryGet(0x4641524D, 4096, 0x200 | 0x1B6);
        Assert.True(id >= 0);
        try
        {
            Assert.Contains(
                $"{0x4641524D}",
                await File.ReadAllTextAsync("/proc/sysvipc/shm"),
                StringComparison.Ordinal
            );
            Assert.Equal("1\n", await _bench.LogAsync("wc -l < /proc/sysvipc/shm"));
        }
        finally
        {
            const int remove = 0;
            Assert.Equal(0, SharedMemoryControl(id, remove, 0));
        }
    }

    [SandboxFact]
    public async Task A_build_reaches_no_file_of_the_host()
    {
        var outside = Path.Combine(_bench.Directory, "secret");
        await File.WriteAllTextAsync(outside, "secret");
        var (_, log) = await _bench.RunAsync(
            _bench.Shell(
                $"cat {outside} /../../..{outside} /proc/1/root{outside} /proc/self/cwd/../..{outside}; ls -1 /; ls /sys /home"
            )
        );
        Assert.DoesNotContain(
            "secret\n",
            log.Replace($"{outside}", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains("bin\nbuild\ndev\netc\nnix\nproc\ntmp\n", log, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_build_has_no_device_but_the_harmless_ones() =>
        Assert.Equal(
            "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero \n",
            await _bench.LogAsync("ls /dev | tr '\\n' ' '; echo; head -c 4 /dev/urandom >/dev/null; echo x > /dev/null")
        );

    [SandboxFact]
    public async Task A_build_may_open_terminals_of_its_own() =>
        Assert.Equal("ok\n", await _bench.LogAsync("exec 3<>/dev/ptmx && ls /dev/pts | grep -qx 0 && echo ok"));

    [SandboxFact]
    public async Task Uname_tells_release_2_6_when_asked()
    {
        var spec = _bench.Shell("uname -r") with
        {
            Personality = Personalities.For("x86_64-linux", impersonatesLinux26: true),
        };
        Assert.StartsWith("2.6.", (await _bench.RunAsync(spec)).Log, StringComparison.Ordinal);
        Assert.Equal("00040000\n", await _bench.LogAsync("cat /proc/self/personality"));
    }

    [SandboxFact]
    public async Task Uname_tells_a_32_bit_machine_for_32_bit_platforms()
    {
        var spec = _bench.Shell("uname -m") with
        {
            Personality = Personalities.For("i686-linux", impersonatesLinux26: false),
        };
        Assert.Equal("i686\n", (await _bench.RunAsync(spec)).Log);
    }

    [SandboxFact]
    public async Task A_build_runs_as_the_build_user_without_privileges()
    {
        var log = await _bench.LogAsync(
            "id -u; id -g; grep -E 'Groups|CapEff|CapPrm|NoNewPrivs|Seccomp:' /proc/self/status | tr -d ' \\t'; cat /proc/self/uid_map /proc/self/setgroups"
        );
        Assert.Equal(
            "1000\n100\nGroups:\nCapPrm:0000000000000000\nCapEff:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n"
                + $"      1000  {_bench.BuildId}          1\ndeny\n",
            log
        );
    }

    [SandboxFact]
    public async Task A_build_starts_with_a_clean_process()
    {
        var log = await _bench.LogAsync(
            "umask; pwd; ulimit -c; readlink /proc/self/fd/0; (ls /proc/$$/fd >fds); tr '\\n' ' ' <fds; tty || true"
        );
        Assert.Equal("0022\n/build\n0\n/dev/null\n0 1 2 not a tty\n", log);
    }

    [SandboxFact]
    public async Task A_build_starts_with_no_signal_blocked_or_ignored()
    {
        var spec = _bench.Shell("");
        spec = spec with
        {
            Arguments =
            [
                SandboxBench.Text("grep"),
                SandboxBench.Text("-E"),
                SandboxBench.Text("SigBlk|SigIgn"),
                SandboxBench.Text("/proc/self/status"),
            ],
        };
        var (_, log) = await _bench.RunAsync(spec);
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", log);
    }

    [SandboxFact]
    public async Task No_way_to_make_a_set_id_file_is_open()
    {
        var log = await _bench.LogAsync(
            "cd /build; : > f; for m in 4755 2755 6755 u+s g+s; do chmod $m f 2>/dev/null && echo \"$m works\"; done; "
                + "mkdir d; chmod 2755 d 2>/dev/null && echo 'directory works'; "
                + "install -m 4755 /bin/sh s 2>/dev/null; cp -a /bin/sh t 2>/dev/null; find . -perm /6000; chmod 1777 d && chmod 755 f && echo ordinary"
        );
        Assert.Equal("ordinary\n", log);
    }

    [SandboxFact]
    public async Task The_files_of_etc_are_exactly_those_given()
    {
        var spec = _bench.Shell(
            "cd /etc; ls -1; cat group hosts passwd; (echo x > /etc/x) 2>/dev/null || echo protected"
        );
        spec = spec with { EtcFiles = EtcFiles.For(spec.Ids, "/build", keepsNetwork: false) };
        var (_, log) = await _bench.RunAsync(spec);
        var contents = spec
            .EtcFiles.OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => file.Content.ToString());
        Assert.Equal($"group\nhosts\npasswd\n{string.Concat(contents)}protected\n", log);
    }

    [SandboxFact]
    public async Task Inputs_are_shown_by_name_and_cannot_be_changed()
    {
        var directory = StorePath.Parse("94f9f6i31zwzwbf0kclq1naqxxi4c7v9-directory");
        var file = StorePath.Parse("8bznhhm6dlj274in8lqs9av03bg1xdab-file");
        var link = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-link");
        var source = Directory.CreateDirectory(Path.Combine(_bench.Directory, "inputs")).FullName;
        Directory.CreateDirectory(Path.Combine(source, "d"));
        await File.WriteAllTextAsync(Path.Combine(source, "d", "x"), "in directory\n");
        await File.WriteAllTextAsync(Path.Combine(source, "f"), "in file\n");
        File.SetUnixFileMode(Path.Combine(source, "f"), (UnixFileMode)0x1B6);
        File.CreateSymbolicLink(Path.Combine(source, "l"), $"/nix/store/{file}");
        var spec = _bench.Shell(
            $"cd /nix/store; ls -1; cat {directory}/x {link}; readlink {link}; (echo x >> {file}) 2>/dev/null || echo protected"
        ) with
        {
            Inputs =
            [
                new SandboxInput(directory, Path.Combine(source, "d")),
                new SandboxInput(file, Path.Combine(source, "f")),
                new SandboxInput(link, Path.Combine(source, "l")),
            ],
        };
        var (_, log) = await _bench.RunAsync(spec);
        Assert.Equal($"{link}\n{file}\n{directory}\nin directory\nin file\n/nix/store/{file}\nprotected\n", log);
    }

    [SandboxFact]
    public async Task A_bind_source_that_is_a_link_is_made_anew_and_not_followed()
    {
        var link = Path.Combine(_bench.Directory, "link");
        File.CreateSymbolicLink(link, "/etc/shadow");
        var spec = _bench.Shell("readlink /a/b/link; cat /a/b/link");
        spec = spec with { Binds = [.. spec.Binds, new SandboxBind("/a/b/link", link)] };
        var (_, log) = await _bench.RunAsync(spec);
        Assert.Equal("/etc/shadow\ncat: can't open '/a/b/link': No such file or directory\n", log);
    }

    [SandboxFact]
    public async Task A_bind_target_below_a_link_is_refused()
    {
        var link = Path.Combine(_bench.Directory, "link");
        File.CreateSymbolicLink(link, "/tmp");
        var spec = _bench.Shell("true");
        spec = spec with
        {
            Binds = [.. spec.Binds, new SandboxBind("/l", link), new SandboxBind("/l/sh", "/bin/busybox")],
        };
        Assert.IsType<SandboxResult.SetupFailed>((await _bench.RunAsync(spec)).Result);
    }

    [SandboxFact]
    public async Task An_optional_bind_without_a_source_is_left_out()
    {
        var spec = _bench.Shell("ls /x 2>/dev/null || echo none");
        spec = spec with { Binds = [.. spec.Binds, new SandboxBind("/x", "/nowhere/x") { IsOptional = true }] };
        Assert.Equal("none\n", (await _bench.RunAsync(spec)).Log);
    }

    [SandboxFact]
    public async Task Files_given_to_the_build_belong_to_the_builder()
    {
        var spec = _bench.Shell(
            "ls -ln /build/.attrs.json | cut -c1-10; cat .attrs.json; echo more >> .attrs.json"
        ) with
        {
            BuildFiles = [new SandboxFile(".attrs.json", SandboxBench.Text("{}\n"))],
        };
        var (result, log) = await _bench.RunAsync(spec);
        Assert.Equal(0, Assert.IsType<SandboxResult.Exited>(result).Code);
        Assert.Equal("-rw-r--r--\n{}\n", log);
    }

    [LibraryImport("libc", EntryPoint = "shmget")]
    private static partial int SharedMemoryGet(int key, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "shmctl")]
    private static partial int SharedMemoryControl(int id, int command, nint buffer);
}
