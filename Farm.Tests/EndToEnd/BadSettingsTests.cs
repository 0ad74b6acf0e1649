using System.Net;
using System.Net.Sockets;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Nodes and verbs that cannot start as they are told to.</summary>
public sealed class BadSettingsTests(LoneCoordinator lone) : IClassFixture<LoneCoordinator>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [FarmProcessFact]
    public async Task Broken_settings_are_refused_with_file_line_and_column()
    {
        var file = await WriteAsync("farm {\n  worker {\n    slots = [1, 2\n  }\n}\n");
        var sentence = await RefusedAsync("coordinator", "--config", file);
        Assert.Matches($"{file}[:(]\\d+[:,]\\d+", sentence);
    }

    [FarmProcessFact]
    public async Task Unknown_setting_is_refused_with_the_one_that_was_meant()
    {
        var file = await WriteAsync("farm.worker.slot = 2\n");
        var sentence = await RefusedAsync("worker", "--config", file, "--data-dir", _directory.File("worker"));
        Assert.Contains($"{file}:1", sentence, StringComparison.Ordinal);
        Assert.Contains("farm.worker.slots", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("worker")));
    }

    [FarmProcessFact]
    public async Task Setting_out_of_range_is_refused_with_its_key()
    {
        string[] settings = ["--data-dir", _directory.File("node"), "--set", "farm.coordinator.max-attempts=0"];
        Assert.Contains(
            "farm.coordinator.max-attempts",
            await RefusedAsync(["coordinator", .. settings]),
            StringComparison.Ordinal
        );
    }

    [FarmProcessFact]
    public async Task Port_in_use_is_refused_with_the_port()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        string[] place = ["--listen", address, "--data-dir", _directory.File("node")];
        Assert.Contains(address, await RefusedAsync(["coordinator", .. place]), StringComparison.Ordinal);
        string[] worker = ["worker", "--coordinator", lone.Farm.Address.ToString(), .. place];
        Assert.Contains(address, await RefusedAsync(worker), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Second_process_on_a_store_is_refused_with_the_store()
    {
        var directory = lone.Farm.DataDirectory("coordinator");
        string[] second = ["coordinator", "--listen", "127.0.0.1:0", "--data-dir", directory];
        Assert.Contains(directory, await RefusedAsync(second), StringComparison.Ordinal);
        await lone.Farm.Client.StatusAsync(lone.Farm.Ct); // The first one is not disturbed.
    }

    [FarmProcessFact]
    public async Task Unreachable_coordinator_is_named_with_what_to_do()
    {
        // The discard port: nobody listens, and nobody may without privileges.
        string[] build = ["build", "--coordinator", "http://127.0.0.1:9", lone.Troubles.Physical(lone.Drv)];
        var sentence = await RefusedAsync(build);
        Assert.Contains("http://127.0.0.1:9", sentence, StringComparison.Ordinal);
        Assert.Contains("farm up", sentence, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, run) = await lone.Farm.RunAsync(arguments);
        Assert.True(exitCode == 1, run.Told);
        return Refusal.Sentence(run);
    }

    private async Task<string> WriteAsync(string settings)
    {
        var file = _directory.File("farm.hocon");
        await File.WriteAllTextAsync(file, settings, lone.Farm.Ct);
        return file;
    }
}
