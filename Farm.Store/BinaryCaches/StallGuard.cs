namespace Farm.Store.BinaryCaches;

/// <summary>Tells a transfer that does not really go on. Only the time in which bytes are waited for counts.</summary>
/// <remarks>Nix breaks off below one byte a second; here it takes a hundred, so that nobody is held by drops.</remarks>
internal sealed class StallGuard(TimeSpan limit, TimeProvider clock)
{
    /// <summary>Fewest bytes a second, on average over the limit.</summary>
    public const int LeastBytesPerSecond = 100;

    private TimeSpan _waited;
    private long _received;

    /// <summary>Reads under the guard.</summary>
    /// <exception cref="IOException">The transfer stalls.</exception>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken ct)
    {
        if (limit <= TimeSpan.Zero)
            return await body.ReadAsync(buffer, ct).ConfigureAwait(false);
        var began = clock.GetTimestamp();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(limit);
        int count;
        try
        {
            count = await body.ReadAsync(buffer, late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Stalled();
        }
        _waited += clock.GetElapsedTime(began);
        _received += count;
        if (_waited < limit)
            return count;
        if (count > 0 && _received < limit.TotalSeconds * LeastBytesPerSecond)
            throw Stalled();
        (_waited, _received) = (TimeSpan.Zero, 0);
        return count;
    }

    private IOException Stalled() => new($"nothing to speak of came in {limit.TotalSeconds:0.#} s");
}
