namespace Farm.Http.Caches;

/// <summary>Who may compress: so many at a time. Whoever waits for its client lets others have its turn meanwhile.</summary>
/// <remarks>How many are under way, slow clients' among them, has a bound too: each takes the memory of a compressor.</remarks>
/// <param name="most">Turns at a time.</param>
internal sealed class CompressionTurns(int most) : IDisposable
{
    /// <summary>Archives under way for each turn.</summary>
    private const int UnderWay = 8;

    private readonly SemaphoreSlim _turns = new(most);
    private readonly SemaphoreSlim _underWay = new(most * UnderWay);

    /// <summary>Waits for a turn.</summary>
    public async Task<CompressionTurn> TakeAsync(CancellationToken ct)
    {
        await _underWay.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await _turns.WaitAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            _underWay.Release();
            throw;
        }
        return new(_turns, _underWay);
    }

    public void Dispose()
    {
        _turns.Dispose();
        _underWay.Dispose();
    }
}
