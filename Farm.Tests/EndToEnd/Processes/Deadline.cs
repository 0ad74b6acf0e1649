namespace Farm.Tests.EndToEnd.Processes;

/// <summary>The end of a scenario's time; what still waits then fails with a sentence that says for what.</summary>
internal sealed class Deadline(TimeSpan limit) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _source = new(limit);

    public CancellationToken Token => _source.Token;

    /// <summary>Looks until it is so.</summary>
    /// <param name="what">What is waited for, as in "nobody saw that …".</param>
    /// <param name="details">Told with the failure.</param>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public async Task UntilAsync(Func<Task<bool>> look, string what, Func<string> details)
    {
        try
        {
            while (!await look())
                await Task.Delay(BetweenLooks, Token);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw new TimeoutException($"Nobody saw within {limit} that {what}.\n{details()}");
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string, Func{string})"/>
    public Task UntilAsync(Func<bool> look, string what, Func<string> details) =>
        UntilAsync(() => Task.FromResult(look()), what, details);

    public void Dispose() => _source.Dispose();
}
