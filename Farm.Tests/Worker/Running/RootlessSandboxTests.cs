using System.Diagnostics;
using System.Text;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>The helper started by an ordinary user.</summary>
public sealed class RootlessSandboxTests : IDisposable
{
    private const uint Nobody = 65534;

    private readonly SandboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SandboxFact]
    public async Task A_build_without_root_is_isolated_all_the_same()
    {
        var launcher = await LauncherAsNobodyAsync();
        var spec = _bench.Shell(
            "id -u; hostname; set -- /proc/[0-9]*; echo $#; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '; "
                + "chmod 4755 /build 2>/dev/null || echo refused; echo made > $out"
        );
        await RunAsync("chown", $"{Nobody}:{Nobody}", spec.ScratchDirectory);
        using var log = new MemoryStream();
        var result = await launcher.RunAsync(
            spec,
            async bytes => await log.WriteAsync(bytes, CancellationToken.None),
            CancellationToken.None
        );
        Assert.True(result is SandboxResult.Exited { Code: 0 }, result.ToString());
        Assert.Equal("1000\nlocalhost\n2\nlo\nrefused\n", Encoding.UTF8.GetString(log.ToArray()));
        Assert.Equal("made\n", await File.ReadAllTextAsync(spec.OutputPath(SandboxBench.Output)));
    }

    [SandboxFact]
    public async Task Without_a_sandbox_a_builder_is_the_user_on_the_host_and_what_it_leaves_is_ended()
    {
        var launcher = await LauncherAsNobodyAsync();
        var spec = _bench.Shell(
            "/usr/bin/id -u; /usr/bin/readlink /proc/self/ns/user; pwd; (/usr/bin/setsid /bin/sleep 1000 > /dev/null 2>&1 & echo $!)"
        );
        spec = spec with
        {
            IsUnconfined = true,
            UsesUserNamespace = false,
            BuildDirectory = spec.ScratchDirectory,
            MountPoints = null,
            Inputs = [],
            Binds = [],
            EtcFiles = [],
        };
        await RunAsync("chown", $"{Nobody}:{Nobody}", spec.ScratchDirectory);
        using var log = new MemoryStream();
        var result = await launcher.RunAsync(
            spec,
            async bytes => await log.WriteAsync(bytes, CancellationToken.None),
            CancellationToken.None
        );
        var told = Encoding.UTF8.GetString(log.ToArray());
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result} {told}");
        var lines = told.Split('\n');
        string?[] expected = [$"{Nobody}", new FileInfo("/proc/self/ns/user").LinkTarget, spec.ScratchDirectory];
        Assert.Equal(expected, lines[..3]);
        Assert.False(Directory.Exists($"/proc/{lines[3]}"), told);
    }

    private async Task<SandboxLauncher> LauncherAsNobodyAsync()
    {
        const UnixFileMode runnable = (UnixFileMode)0x1ED;
        var helper = Path.Combine(_bench.Directory, "farm-sandbox");
        File.Copy(SandboxProgram.Find(null), helper);
        File.SetUnixFileMode(helper, runnable);
        File.SetUnixFileMode(_bench.Directory, runnable);
        var script = Path.Combine(_bench.Directory, "as-nobody");
        await File.WriteAllTextAsync(
            script,
            $"#!/bin/sh\nexec /usr/bin/setpriv --reuid {Nobody} --regid {Nobody} --clear-groups {helper}\n"
        );
        File.SetUnixFileMode(script, runnable);
        return new SandboxLauncher(script);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
