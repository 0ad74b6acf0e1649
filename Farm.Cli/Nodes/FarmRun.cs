using Farm.Cli.Commands;
using Farm.Client;

namespace Farm.Cli.Nodes;

/// <summary>Runs the nodes of a plan until it is told to stop: coordinator first, at the end last.</summary>
internal sealed class FarmRun(FarmPlan plan, CommandServices services)
{
    /// <summary>How long a node may take to stop in order.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long the nodes may take to be up.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    /// <exception cref="CommandException">A node ended before the farm was up, or the farm did not come up.</exception>
    public async Task RunAsync(StopSignals signals)
    {
        var terminal = services.Terminal;
        var output = new NodeOutput(
            terminal.Error,
            [plan.Coordinator.Name, .. plan.Workers.Select(worker => worker.Name)],
            terminal.ErrorHasColour
        );
        using var client = FarmClient.Connect(plan.Address);
        var coordinator = new RunningNode(plan.Coordinator, output, services.Clock, signals.AtOnce);
        await using (coordinator.ConfigureAwait(false))
        {
            await ReadyAsync(client, 0, [coordinator], signals.Stop).ConfigureAwait(false);
            RunningNode[] workers =
            [
                .. plan.Workers.Select(worker => new RunningNode(worker, output, services.Clock, signals.AtOnce)),
            ];
            try
            {
                RunningNode[] all = [coordinator, .. workers];
                await ReadyAsync(client, workers.Length, all, signals.Stop).ConfigureAwait(false);
                foreach (var node in all)
                {
                    node.Supervisor.MarkReady();
                }
                Greet();
                await UntilAsync(Task.Delay(Timeout.Infinite, signals.Stop), all, signals.Stop).ConfigureAwait(false);
            }
            finally
            {
                await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask())).ConfigureAwait(false);
            }
        }
    }

    private void Greet()
    {
        var text = services.Terminal.Out;
        text.WriteLine(
            $"The farm is up at {plan.Address} with {plan.Workers.Length} workers. Next, in another terminal:"
        );
        text.WriteLine($"  export FARM_COORDINATOR={plan.Address}");
        text.WriteLine("  farm build $(nix-instantiate ./default.nix)");
        text.WriteLine("  farm status");
        text.WriteLine("Ctrl-C stops it; what was built stays.");
        text.Flush();
    }

    private async Task ReadyAsync(FarmClient client, int workers, RunningNode[] nodes, CancellationToken ct)
    {
        using var give = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task ready = StatusCommand.WaitAsync(client, workers, StartLimit, services.Clock, give.Token);
        try
        {
            await UntilAsync(ready, nodes, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }
        finally
        {
            await give.CancelAsync().ConfigureAwait(false);
            await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the task, or for the first node that cannot be kept running.</summary>
    private static async Task UntilAsync(Task wanted, RunningNode[] nodes, CancellationToken ct)
    {
        var first = await Task.WhenAny([wanted, .. nodes.Select(node => node.Run)]).ConfigureAwait(false);
        if (!ct.IsCancellationRequested)
        {
            await first.ConfigureAwait(false);
        }
        else
        {
            await wanted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A node with its supervision; disposing stops it in order.</summary>
    private sealed class RunningNode : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public RunningNode(NodePlan plan, NodeOutput output, TimeProvider clock, CancellationToken atOnce)
        {
            Supervisor = new NodeSupervisor(plan, output, Patience, clock);
            Run = Supervisor.RunAsync(_stop.Token, atOnce);
        }

        public NodeSupervisor Supervisor { get; }

        /// <summary>Ends when the node is stopped; fails when it cannot be kept running.</summary>
        public Task Run { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
