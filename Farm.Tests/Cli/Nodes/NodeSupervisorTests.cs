using Farm.Cli;
using Farm.Cli.Nodes;

namespace Farm.Tests.Cli.Nodes;

public sealed class NodeSupervisorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_node_stops_when_its_input_is_closed()
    {
        using var stop = new CancellationTokenSource();
        var lines = new LinesWriter();
        var run = Supervise("echo up; cat >/dev/null; echo down", lines).RunAsync(stop.Token, CancellationToken.None);
        await lines.WaitForAsync("node | up");
        await stop.CancelAsync();
        await run;
        await lines.WaitForAsync("node | down");
    }

    [Fact]
    public async Task A_node_that_ignores_its_input_is_killed_when_told_to_stop_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var atOnce = new CancellationTokenSource();
        var lines = new LinesWriter();
        var run = Supervise("echo up; exec sleep 600", lines).RunAsync(stop.Token, atOnce.Token);
        await lines.WaitForAsync("node | up");
        await stop.CancelAsync();
        await atOnce.CancelAsync();
        await run;
        await lines.WaitForAsync("was killed");
    }

    [Fact]
    public async Task A_node_that_ends_before_it_is_ready_is_a_failure()
    {
        var lines = new LinesWriter();
        var error = await Assert.ThrowsAsync<CommandException>(() =>
            Supervise("echo no >&2; exit 3", lines).RunAsync(CancellationToken.None, CancellationToken.None)
        );
        Assert.Contains("node ended with exit code 3 before it was ready", error.Message, StringComparison.Ordinal);
        await lines.WaitForAsync("node | no");
    }

    [Fact]
    public async Task A_ready_node_that_dies_is_started_again()
    {
        using var stop = new CancellationTokenSource();
        var lines = new LinesWriter();
        var directory = Directory.CreateTempSubdirectory("farm-supervisor-");
        try
        {
            var script = $"cd '{directory.FullName}'; mkdir once && exit 7; echo again; cat >/dev/null";
            var supervisor = Supervise(script, lines);
            supervisor.MarkReady();
            var run = supervisor.RunAsync(stop.Token, CancellationToken.None);
            await lines.WaitForAsync("ended with exit code 7; it is started again in 1 s");
            await lines.WaitForAsync("node | again");
            await stop.CancelAsync();
            await run;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var supervisor = new NodeSupervisor(
            new NodePlan("node", "/nowhere/farm", []),
            new NodeOutput(TextWriter.Null, ["node"], hasColour: false),
            Patience,
            TimeProvider.System
        );
        var error = await Assert.ThrowsAsync<CommandException>(() =>
            supervisor.RunAsync(CancellationToken.None, CancellationToken.None)
        );
        Assert.Contains("/nowhere/farm", error.Message, StringComparison.Ordinal);
    }

    private static NodeSupervisor Supervise(string script, LinesWriter lines) =>
        new(
            new NodePlan("node", "/bin/sh", ["-c", script]),
            new NodeOutput(lines, ["node"], hasColour: false),
            Patience,
            TimeProvider.System
        );
}
