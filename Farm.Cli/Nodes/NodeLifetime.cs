namespace Farm.Cli.Nodes;

/// <summary>How long a node runs: until a signal, the end of its input if that counts, or its own end.</summary>
internal sealed class NodeLifetime : IDisposable
{
    private readonly StopSignals _signals;
    private readonly CancellationTokenSource _end = new();

    /// <summary>Ends when the parent closes our input; a read of it cannot be called off, so that nobody waits for this alone.</summary>
    private readonly Task _parent;

    private NodeLifetime(StopSignals signals, bool stopsWithInput)
    {
        _signals = signals;
        _signals.AtOnce.Register(() => Environment.Exit(ExitCode.Interrupted));
        _parent = stopsWithInput ? WatchParentAsync() : Task.Delay(Timeout.Infinite, _end.Token);
    }

    /// <summary>Set when the node is to stop in order.</summary>
    public CancellationToken Stop => _signals.Stop;

    /// <param name="stopsWithInput">The node belongs to a <c>farm up</c>.</param>
    public static NodeLifetime Begin(bool stopsWithInput) => new(StopSignals.Listen(stopsWithInput), stopsWithInput);

    /// <summary>Waits until the node is to stop, or has stopped by itself.</summary>
    public async Task WaitAsync(Task stoppedByItself)
    {
        var told = Task.Delay(Timeout.Infinite, _signals.Stop);
        var first = await Task.WhenAny(told, stoppedByItself, _parent).ConfigureAwait(false);
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _end.Cancel();
        _signals.Dispose();
        _end.Dispose();
    }

    private async Task WatchParentAsync()
    {
        await ParentWatch.WaitForEndAsync(Console.OpenStandardInput(), _end.Token).ConfigureAwait(false);
        if (!_end.IsCancellationRequested)
        {
            _signals.Hear();
        }
    }
}
