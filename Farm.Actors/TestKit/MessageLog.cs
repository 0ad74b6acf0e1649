using System.Threading.Channels;

namespace Farm.Actors.TestKit;

/// <summary>What a test actor has received and the test not yet taken.</summary>
internal sealed class MessageLog
{
    private readonly Channel<Envelope> _received = Channel.CreateUnbounded<Envelope>();

    /// <summary>Messages for which this is true are dropped; null keeps all.</summary>
    public Func<object, bool>? Ignores { get; set; }
    public bool HasMessages => _received.Reader.TryPeek(out _);

    public void Add(Envelope envelope)
    {
        if (Ignores?.Invoke(envelope.Message) != true)
            _received.Writer.TryWrite(envelope);
    }

    /// <returns>Null when nothing came in time.</returns>
    public async ValueTask<Envelope?> TakeAsync(TimeSpan max, CancellationToken ct)
    {
        if (_received.Reader.TryRead(out var ready))
            return ready;
        if (max == TimeSpan.Zero)
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (max > TimeSpan.Zero)
            limit.CancelAfter(max);
        try
        {
            return await _received.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
