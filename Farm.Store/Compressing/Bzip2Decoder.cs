using Farm.Store.Native;

namespace Farm.Store.Compressing;

/// <summary>Reads bzip2, of one stream or several, by libbz2. It needs 4 MiB at most.</summary>
internal sealed unsafe class Bzip2Decoder : IByteCoder
{
    private readonly Bzip2Handle _handle = new(isDecoder: true);
    private bool _isBetweenStreams;

    public Bzip2Decoder() => Begin();

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        if (_isBetweenStreams)
        {
            if (input.IsEmpty)
                return new(0, 0, true);
            Begin();
        }
        var stream = _handle.Stream;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            stream->NextIn = from;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (uint)output.Length;
            var code = LibBzip2.Decompress(stream);
            if (code < 0)
            {
                var reason =
                    code == LibBzip2.MemoryError ? "there is no memory for it" : "its data is damaged or no bzip2";
                throw new StoreException.CorruptArchive("bzip2", reason);
            }
            _isBetweenStreams = code == LibBzip2.StreamEnd;
            var step = new CoderStep(
                input.Length - (int)stream->AvailableIn,
                output.Length - (int)stream->AvailableOut,
                _isBetweenStreams
            );
            if (input.IsEmpty && isLast && step is { WrittenBytes: 0, IsComplete: false })
                throw new StoreException.CorruptArchive("bzip2", "it is cut off");
            return step;
        }
    }

    public void Dispose() => _handle.Dispose();

    private void Begin() => _handle.Begin(stream => LibBzip2.DecoderInit((BzipStream*)stream, 0, 0));
}
