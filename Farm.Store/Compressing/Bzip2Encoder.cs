using Farm.Store.Native;

namespace Farm.Store.Compressing;

/// <summary>Writes bzip2 by libbz2.</summary>
internal sealed unsafe class Bzip2Encoder : IByteCoder
{
    /// <summary>What bzip2 takes where no level is given.</summary>
    public const int DefaultLevel = 9;

    private readonly Bzip2Handle _handle = new(isDecoder: false);

    /// <param name="level">Block size in 100,000 bytes: 1 to 9.</param>
    public Bzip2Encoder(int level) => _handle.Begin(stream => LibBzip2.EncoderInit((BzipStream*)stream, level, 0, 0));

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        var stream = _handle.Stream;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            stream->NextIn = from;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (uint)output.Length;
            var code = LibBzip2.Compress(stream, isLast ? LibBzip2.Finish : LibBzip2.Run);
            if (code < 0)
                throw new StoreException.CorruptArchive("bzip2", $"libbz2 answers {code}");
            return new(
                input.Length - (int)stream->AvailableIn,
                output.Length - (int)stream->AvailableOut,
                code == LibBzip2.StreamEnd
            );
        }
    }

    public void Dispose() => _handle.Dispose();
}
