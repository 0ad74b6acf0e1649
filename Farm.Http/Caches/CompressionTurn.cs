namespace Farm.Http.Caches;

/// <summary>The turn of one archive; over when disposed.</summary>
internal sealed class CompressionTurn(SemaphoreSlim turns, SemaphoreSlim underWay) : IDisposable
{
    private bool _isHeld = true;

    /// <summary>Waits for a client without the turn, and then for the turn.</summary>
    public async ValueTask LendWhileAsync(ValueTask client, CancellationToken ct)
    {
        if (client.IsCompletedSuccessfully)
            return;
        _isHeld = false;
        turns.Release();
        await client.ConfigureAwait(false);
        await turns.WaitAsync(ct).ConfigureAwait(false);
        _isHeld = true;
    }

    public void Dispose()
    {
        if (_isHeld)
            turns.Release();
        underWay.Release();
    }
}
