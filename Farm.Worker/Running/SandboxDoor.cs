using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Shows a builder further store paths while it runs.</summary>
/// <remarks>For one run. After it nothing can be shown; nor before the builder has begun, since there may be no sandbox yet.</remarks>
public sealed class SandboxDoor : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private Func<ReadOnlyMemory<byte>, Task>? _send;
    private TaskCompletionSource<string>? _answer;

    /// <summary>Returns when the builder sees the path.</summary>
    /// <exception cref="SandboxException">It cannot be shown, or the builder does not run.</exception>
    public async Task ShowAsync(SandboxInput input, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Func<ReadOnlyMemory<byte>, Task> send;
            lock (_gate)
            {
                send = _send ?? throw Ended();
                _answer = answer;
            }
            await send(SandboxCommand.Encode(input)).ConfigureAwait(false);
            // Not cancelled: the next one would get this one's answer.
            if (await answer.Task.ConfigureAwait(false) is { Length: > 0 } fault)
                throw new SandboxException($"'{input.Path}' cannot be shown in the sandbox: {fault}.");
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>From here on paths can be shown, until what it returns is disposed.</summary>
    internal IDisposable Open(Func<ReadOnlyMemory<byte>, Task> send)
    {
        lock (_gate)
            _send = send;
        return new Opening(this);
    }

    /// <summary>Takes what the helper has answered.</summary>
    internal void Answer(string fault)
    {
        lock (_gate)
            _answer?.TrySetResult(fault);
    }

    private void Close()
    {
        lock (_gate)
        {
            _send = null;
            _answer?.TrySetException(Ended());
        }
    }

    private static SandboxException Ended() => new("The builder does not run.");

    private sealed class Opening(SandboxDoor door) : IDisposable
    {
        public void Dispose() => door.Close();
    }
}
