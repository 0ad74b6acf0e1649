namespace Farm.Fuzz.Engine;

/// <summary>Gives bytes in chunks of the lengths told, one after another and again from the first, as a network might.</summary>
/// <param name="bytes">What there is to read.</param>
/// <param name="lengths">Lengths of the chunks, each above 0; empty for the whole at once.</param>
public sealed class SplitStream(byte[] bytes, IReadOnlyList<int> lengths) : MemoryStream(bytes, writable: false)
{
    private int _chunk;
    private int _left;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (lengths.Count == 0)
            return base.ReadAsync(buffer, cancellationToken);
        if (_left == 0)
            _left = lengths[_chunk++ % lengths.Count];
        var length = Math.Min(buffer.Length, _left);
        _left -= length;
        return base.ReadAsync(buffer[..length], cancellationToken);
    }
}
