namespace Farm.Client.Connections;

/// <summary>The lines of a body, each without its line feed.</summary>
internal sealed class AnswerLines(Stream body)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _begin;
    private int _searched;
    private int _end;

    /// <summary>The next line, which stays until the next call; null at the end. A last line may lack its line feed.</summary>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_begin, _searched + at - _begin);
                _begin = _searched = _searched + at + 1;
                return line;
            }
            _searched = _end;
            if (_end == _buffer.Length)
            {
                MakeRoom();
            }
            var read = await body.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (read == 0)
            {
                var rest = _buffer.AsMemory(_begin, _end - _begin);
                _begin = _searched = _end;
                // With the cast: null alone would become memory without bytes, which is an empty line.
                return rest.IsEmpty ? (ReadOnlyMemory<byte>?)null : rest;
            }
            _end += read;
        }
    }

    private void MakeRoom()
    {
        var kept = _end - _begin;
        var next = kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        Buffer.BlockCopy(_buffer, _begin, next, 0, kept);
        (_buffer, _begin, _searched, _end) = (next, 0, kept, kept);
    }
}
