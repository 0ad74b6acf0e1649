using Farm.Client;
using Farm.Protocol;

namespace Farm.Daemon.Building.Steps;

/// <summary>Brings the logs of the attempts at one step here while they grow, one attempt after the other, and tells when the first
/// begins.</summary>
/// <remarks>A later attempt begins the log anew; who listens is shown only what differs from what was shown.</remarks>
internal sealed class AttemptLogs(FarmClient client, StepLog log, IStepListener listener, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the rest of a log may take after its build is over.</summary>
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _end = new();
    private AttemptId? _attempt;
    private Task _copying = Task.CompletedTask;

    /// <summary>Whether an attempt has begun to build.</summary>
    public bool HasBegun => _attempt is not null;

    /// <summary>Tells something that is no part of the log.</summary>
    public ValueTask NoteAsync(string text, CancellationToken ct) => listener.NoteAsync(text, ct);

    /// <summary>Follows the log of an attempt, after the last one has ended; the same again changes nothing.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="machine">The worker.</param>
    /// <param name="ct">Stops the waiting for the last one.</param>
    public async ValueTask BeginAsync(AttemptId attempt, string machine, CancellationToken ct)
    {
        if (_attempt == attempt)
            return;
        await _copying.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        if (_attempt is null)
            await listener.BeganAsync(machine, ct).ConfigureAwait(false);
        else
            await log.RestartAsync().ConfigureAwait(false);
        _attempt = attempt;
        _copying = CopyAsync(attempt);
    }

    /// <summary>Returns when all of the log is here; one that cannot be had is told of, and is no failure of the build.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        try
        {
            await _copying.WaitAsync(RestWithin, clock, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is FarmRefusalException or TimeoutException)
        {
            await NoteAsync($"note: the end of the log is not here: {failure.Message}", ct).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    /// <summary>Goes on where it was when the connection breaks off, over restarts of the coordinator.</summary>
    private async Task CopyAsync(AttemptId attempt)
    {
        var stream = new LogStream(log);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    await client
                        .CopyAttemptLogAsync(attempt, stream.Position, follow: true, stream, _end.Token)
                        .ConfigureAwait(false);
                    return;
                }
                catch (Exception broken) when (broken is HttpRequestException or IOException)
                {
                    await Task.Delay(Pause, clock, _end.Token).ConfigureAwait(false);
                }
            }
        }
    }
}
