namespace Farm.Worker.Execution;

/// <summary>How often and how long something is tried again that fails for a while.</summary>
/// <param name="FirstPause">Pause after the first failure; it doubles with each further one.</param>
/// <param name="LongestPause">Longest pause.</param>
/// <param name="Patience">How long after the first failure the last try may begin.</param>
/// <param name="Clock">What time it is.</param>
public sealed record RetryPolicy(TimeSpan FirstPause, TimeSpan LongestPause, TimeSpan Patience, TimeProvider Clock)
{
    /// <summary>Tries until it succeeds, fails in a way that does not pass, or patience is over; then the last failure is thrown.</summary>
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> action,
        Func<Exception, bool> passes,
        CancellationToken ct
    )
    {
        DateTimeOffset? firstFailure = null;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await action(ct).ConfigureAwait(false);
            }
            catch (Exception cause) when (!ct.IsCancellationRequested && passes(cause))
            {
                firstFailure ??= Clock.GetUtcNow();
                if (Clock.GetUtcNow() + pause - firstFailure > Patience)
                    throw;
            }

            await Task.Delay(pause, Clock, ct).ConfigureAwait(false);
        }
    }
}
