using System.Runtime.InteropServices;
using Farm.Store.Native;

namespace Farm.Store.Compressing;

/// <summary>xz, both ways, by liblzma.</summary>
internal sealed unsafe class XzCoder : IByteCoder
{
    /// <summary>Memory that decoding may take: the highest preset needs half of it, a stream that asks for more is refused.</summary>
    public const ulong DecoderMemoryBytes = 128 << 20;

    /// <summary>What xz takes where no level is given.</summary>
    public const int DefaultLevel = 6;

    private const string Name = "xz";
    private readonly StreamHandle _handle = new();

    private XzCoder(Func<nint, int> begin)
    {
        var code = NativeLibraryCall.Try(LibLzma.Library, "liblzma5", () => begin(_handle.DangerousGetHandle()));
        if (code == LibLzma.Ok)
            return;
        _handle.Dispose();
        throw Failure(code);
    }

    public static XzCoder Decoder() =>
        new(stream => LibLzma.StreamDecoder((LzmaStream*)stream, DecoderMemoryBytes, LibLzma.Concatenated));

    /// <param name="level">0 to 9.</param>
    /// <param name="threads">Above 1, blocks are compressed by so many at a time.</param>
    public static XzCoder Encoder(int level, int threads) =>
        threads <= 1
            ? new(stream => LibLzma.EasyEncoder((LzmaStream*)stream, (uint)level, LibLzma.CheckCrc64))
            : new(stream =>
            {
                var options = new LzmaThreads
                {
                    Threads = (uint)threads,
                    Preset = (uint)level,
                    Check = LibLzma.CheckCrc64,
                };
                return LibLzma.ThreadedEncoder((LzmaStream*)stream, &options);
            });

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        var stream = (LzmaStream*)_handle.DangerousGetHandle();
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            stream->NextIn = from;
            stream->AvailableIn = (nuint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (nuint)output.Length;
            var code = LibLzma.Code(stream, isLast ? LibLzma.Finish : LibLzma.Run);
            var consumed = input.Length - (int)stream->AvailableIn;
            var written = output.Length - (int)stream->AvailableOut;
            // No progress is an error only where none can come any more.
            if (code is LibLzma.Ok or LibLzma.StreamEnd || (code == LibLzma.BufferError && !isLast))
                return new(consumed, written, code == LibLzma.StreamEnd);
            throw Failure(code);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static StoreException.CorruptArchive Failure(int code) =>
        new(
            Name,
            code switch
            {
                LibLzma.MemoryError => "there is no memory for it",
                LibLzma.MemoryLimitError => $"it needs more than {DecoderMemoryBytes >> 20} MiB of memory",
                LibLzma.FormatError => "it does not begin as xz does",
                LibLzma.OptionsError => "it uses what this liblzma does not know",
                LibLzma.DataError => "its data is damaged",
                LibLzma.BufferError => "it is cut off",
                _ => $"liblzma answers {code}",
            }
        );

    /// <summary>An <c>lzma_stream</c> and what hangs on it.</summary>
    private sealed class StreamHandle : SafeHandle
    {
        public StreamHandle()
            : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(LzmaStream)));

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            try
            {
                LibLzma.End((LzmaStream*)handle);
            }
            catch (DllNotFoundException)
            {
                // Then nothing hangs on it.
            }
            NativeMemory.Free((void*)handle);
            return true;
        }
    }
}
