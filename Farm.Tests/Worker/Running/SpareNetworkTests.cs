using System.Globalization;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>The helper has a network ready for the next build, in which nobody has been.</summary>
public sealed class SpareNetworkTests : IDisposable
{
    private const string Show =
        "readlink /proc/self/ns/net; ifconfig lo | grep -o UP; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '";
    private readonly SandboxBench _bench = new();
    private readonly SandboxLauncher _launcher = new(SandboxProgram.Find(null));

    public void Dispose()
    {
        _launcher.Dispose();
        _bench.Dispose();
    }

    [SandboxFact]
    public async Task The_next_build_has_the_network_that_was_ready()
    {
        var helper = await _bench.HelperOfABuildAsync(_launcher);
        var ready = await ReadyAsync(helper);
        Assert.Equal([ready, "UP", "lo"], await RunAsync(_bench.Shell(Show)));
        Assert.NotEqual(ready, await ReadyAsync(helper));
    }

    [SandboxFact]
    public async Task Builds_at_a_time_have_one_each()
    {
        var helper = await _bench.HelperOfABuildAsync(_launcher);
        await ReadyAsync(helper);
        var gate = Directory.CreateDirectory(Path.Combine(_bench.Directory, "gate")).FullName;
        File.SetUnixFileMode(gate, (UnixFileMode)0x1FF); // Whatever the umask says.
        var builds = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => RunAsync(Waiting(number))));
        Assert.Equal(3, builds.Select(lines => lines[0]).Distinct().Count());
        Assert.All(builds, lines => Assert.Equal(["UP", "lo"], lines[1..]));

        SandboxSpec Waiting(int number)
        {
            var spec = _bench.Shell(
                $"{Show}; : > /gate/{number}; until [ -e /gate/0 -a -e /gate/1 -a -e /gate/2 ]; do sleep 0.05; done"
            );
            return spec with { Binds = spec.Binds.Add(new SandboxBind("/gate", gate)) };
        }
    }

    [SandboxFact]
    public async Task A_build_with_the_network_of_the_host_does_not_get_it()
    {
        var helper = await _bench.HelperOfABuildAsync(_launcher);
        await ReadyAsync(helper);
        var host = new FileInfo("/proc/self/ns/net").LinkTarget;
        var shared = await RunAsync(_bench.Shell("readlink /proc/self/ns/net") with { KeepsNetwork = true });
        Assert.Equal(host, Assert.Single(shared));
    }

    [SandboxFact]
    public async Task A_helper_with_nothing_to_do_gives_it_up()
    {
        var helper = await _bench.HelperOfABuildAsync(_launcher);
        await ReadyAsync(helper);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Networks(helper).Length > 0)
            await Task.Delay(100, limit.Token);
    }

    private async Task<string[]> RunAsync(SandboxSpec spec)
    {
        using var log = new MemoryStream();
        var result = await _launcher.RunAsync(
            spec,
            bytes =>
            {
                log.Write(bytes.Span);
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );
        var text = System.Text.Encoding.UTF8.GetString(log.ToArray());
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{text}");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What the helper has ready, once it has.</summary>
    private static async Task<string> ReadyAsync(int helper)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Networks(helper) is [var network])
                return network;
            await Task.Delay(5, limit.Token);
        }
    }

    private static string[] Networks(int helper) =>
        [
            .. Directory
                .EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{helper}/fd"))
                .Select(file => new FileInfo(file).LinkTarget)
                .OfType<string>()
                .Where(target => target.StartsWith("net:", StringComparison.Ordinal)),
        ];
}
