using Farm.Store.Streams;

namespace Farm.Tests.Store.Exporting;

/// <summary>Some bytes, and then the letter x for ever.</summary>
internal sealed class EndlessStream(byte[] start) : OneWayStream
{
    private int _at;

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        if (_at == start.Length)
        {
            buffer.Fill((byte)'x');
            return buffer.Length;
        }
        var count = Math.Min(buffer.Length, start.Length - _at);
        start.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));
}
