using Farm.Store.Streams;

namespace Farm.Http.Caches;

/// <summary>Passes on what is written to it, and remembers it for as long as it is not too long.</summary>
/// <param name="destination">Not closed.</param>
/// <param name="mostBytes">Most that is remembered.</param>
internal sealed class RememberingStream(Stream destination, long mostBytes) : OneWayStream
{
    private MemoryStream? _written = new();

    public override bool CanWrite => true;

    /// <summary>All that was written; null where that was too long.</summary>
    public byte[]? ToArray() => _written?.ToArray();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Remember(buffer.Span);
        return destination.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        if (_written?.Length + bytes.Length > mostBytes)
            _written = null;
        _written?.Write(bytes);
    }
}
