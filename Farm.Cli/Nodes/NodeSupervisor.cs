namespace Farm.Cli.Nodes;

/// <summary>Keeps one node running: starts it, and starts it again with growing delays when it dies.</summary>
public sealed class NodeSupervisor(NodePlan plan, NodeOutput output, TimeSpan patience, TimeProvider clock)
{
    private volatile bool _isReady;

    public string Name => plan.Name;

    /// <summary>From now on an end of the process is an accident to recover from, no failure to start.</summary>
    public void MarkReady() => _isReady = true;

    /// <summary>Runs the node until <paramref name="stop"/>, then stops it.</summary>
    /// <param name="stop">Asks the node to stop and waits for it as long as the patience allows.</param>
    /// <param name="atOnce">Ends that waiting.</param>
    /// <exception cref="CommandException">It ended before it was ready, so that starting it again cannot help.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken atOnce)
    {
        var delay = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            if (await RunOnceAsync(stop, atOnce).ConfigureAwait(false) is not { } exitCode)
            {
                return;
            }
            if (!_isReady)
            {
                throw new CommandException(
                    $"{plan.Name} ended with exit code {exitCode} before it was ready; its lines above say why."
                );
            }
            delay = RestartDelay.After(delay, clock.GetElapsedTime(started));
            output.Write(
                plan.Name,
                $"ended with exit code {exitCode}; it is started again in {delay.TotalSeconds:0} s."
            );
            if (!await WaitAsync(delay, stop).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <returns>The exit code of a process that ended by itself; null when it was stopped.</returns>
    private async Task<int?> RunOnceAsync(CancellationToken stop, CancellationToken atOnce)
    {
        var process = NodeProcess.Start(plan, line => output.Write(plan.Name, line));
        await using (process.ConfigureAwait(false))
        {
            try
            {
                return await process.WaitAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                if (!await process.StopAsync(patience, clock, atOnce).ConfigureAwait(false))
                {
                    output.Write(plan.Name, "was killed: it did not stop when asked to.");
                }
                return null;
            }
        }
    }

    private async Task<bool> WaitAsync(TimeSpan delay, CancellationToken stop)
    {
        try
        {
            await Task.Delay(delay, clock, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
