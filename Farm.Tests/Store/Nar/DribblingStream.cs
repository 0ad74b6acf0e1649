namespace Farm.Tests.Store.Nar;

/// <summary>Gives at most a few bytes at a time, as a network does.</summary>
internal sealed class DribblingStream(byte[] bytes, int most) : MemoryStream(bytes, writable: false)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer.Length > most ? buffer[..most] : buffer, cancellationToken);
}
