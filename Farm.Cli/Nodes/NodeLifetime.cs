namespace Farm.Cli.Nodes;

/// <summary>How long a node runs: until a signal, the end of its input if that counts, or its own end.</summary>
internal sealed class NodeLifetime : IDisposable
{
    private readonly StopSignals _signals;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _parent;

    private NodeLifetime(StopSignals signals, bool stopsWithInput)
    {
        _signals = signals;
        _signals.AtOnce.Register(() => Environment.Exit(ExitCode.Interrupted));
        _parent = stopsWithInput ? WatchParentAsync() : Task.CompletedTask;
    }

    /// <summary>Set when the node is to stop in order.</summary>
    public CancellationToken Stop => _signals.Stop;

    /// <param name="stopsWithInput">The node belongs to a <c>farm up</c>.</param>
    public static NodeLifetime Begin(bool stopsWithInput) => new(StopSignals.Listen(stopsWithInput), stopsWithInput);

    /// <summary>Waits until the node is to stop, or has stopped by itself.</summary>
    public async Task WaitAsync(Task stoppedByItself)
    {
        var told = Task.Delay(Timeout.Infinite, _signals.Stop);
        await (await Task.WhenAny(told, stoppedByItself).ConfigureAwait(false)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing
        );
    }

    public void Dispose()
    {
        _end.Cancel();
        _signals.Dispose();
        _end.Dispose();
    }

    private async Task WatchParentAsync()
    {
        try
        {
            await ParentWatch.WaitForEndAsync(Console.OpenStandardInput(), _end.Token).ConfigureAwait(false);
            _signals.Hear();
        }
        catch (OperationCanceledException)
        {
            // The node ends before its parent, so that nobody needs to know.
        }
    }
}
