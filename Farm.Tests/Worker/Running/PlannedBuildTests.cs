using Farm.Protocol;
using Farm.Tests.Support;
using Farm.Tests.Worker.Planning;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>From a request to what its builder sees.</summary>
public sealed class PlannedBuildTests : IDisposable
{
    private readonly SandboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SandboxFact]
    public async Task A_fixed_output_build_finds_names_as_the_host_does()
    {
        var log = await LogAsync(
            BuildRequests.Fixed(),
            "ls -1 /etc; cat /etc/hosts /etc/nsswitch.conf; echo $NIX_OUTPUT_CHECKED"
        );
        var bound = new[] { "hosts", "resolv.conf", "services" }.Where(name => File.Exists($"/etc/{name}"));
        var names = bound.Concat(["group", "nsswitch.conf", "passwd"]).Order(StringComparer.Ordinal);
        Assert.StartsWith(string.Concat(names.Select(name => $"{name}\n")), log, StringComparison.Ordinal);
        Assert.Contains(await File.ReadAllTextAsync("/etc/hosts"), log, StringComparison.Ordinal);
        Assert.EndsWith("hosts: files dns\nservices: files\n1\n", log, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_build_reads_its_structured_attributes()
    {
        var request = BuildRequests.Plain(("__json", """{"greeting":"it's me"}"""));
        var log = await LogAsync(request, "grep greeting= $NIX_ATTRS_SH_FILE; cat $NIX_ATTRS_JSON_FILE; echo; pwd");
        Assert.Equal(
            "declare greeting='it'\\''s me'\n"
                + $$$"""{"greeting":"it's me","outputs":{"out":"/nix/store/{{{BuildRequests.Output}}}"}}"""
                + "\n/build\n",
            log
        );
    }

    [SandboxFact]
    public async Task A_build_reads_a_variable_passed_as_a_file()
    {
        var request = BuildRequests.Plain(("passAsFile", "big"), ("big", "contents of big"));
        Assert.Equal("contents of big\n\n", await LogAsync(request, "cat $bigPath; echo; echo $big"));
    }

    private async Task<string> LogAsync(BuildRequest request, string script)
    {
        var settings = new SandboxSettings
        {
            SandboxPaths = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)],
        };
        var place = new BuildPlace(_bench.Shell("").ScratchDirectory, new SandboxIds(_bench.BuildId, _bench.BuildId));
        request = request with { Args = [BuildRequests.Text("-c"), BuildRequests.Text(script)] };
        var plan = Assert.IsType<BuildPlan.Ready>(SandboxPlan.For(request, [], settings, place));
        var (result, log) = await _bench.RunAsync(plan.Spec);
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{log}");
        return log;
    }
}
