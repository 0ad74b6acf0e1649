using System.Runtime.InteropServices;
using Farm.Store.Native;
using Microsoft.Win32.SafeHandles;

namespace Farm.Store.Compressing;

/// <summary>Writes one frame of Zstandard, with a checksum, by libzstd.</summary>
internal sealed unsafe class ZstdEncoder : IByteCoder
{
    /// <summary>What zstd takes where no level is given.</summary>
    public const int DefaultLevel = 3;

    /// <summary>What is shorter is done before more threads have begun.</summary>
    private const long ShortBytes = 1 << 20;

    private readonly EncoderHandle _handle;

    /// <param name="level">1 to 22.</param>
    /// <param name="threads">Above 1, so many compress at a time.</param>
    /// <param name="sizeBytes">About how long the input is, by which the tables are chosen: those for an input of any length take
    /// megabytes, which have to be cleared first. Null where it is not known.</param>
    public ZstdEncoder(int level, int threads, long? sizeBytes)
    {
        _handle = new(NativeLibraryCall.Try(LibZstd.Library, "libzstd1", LibZstd.CreateEncoder));
        var encoder = _handle.DangerousGetHandle();
        _ = LibZstd.SetEncoder(encoder, LibZstd.CompressionLevel, level);
        _ = LibZstd.SetEncoder(encoder, LibZstd.ChecksumFlag, 1);
        // A library that does not know the hint, or was built without threads, refuses it, and compresses all the same.
        if (sizeBytes is > 0 and <= int.MaxValue and var size)
            _ = LibZstd.SetEncoder(encoder, LibZstd.SourceSizeHint, (int)size);
        if (threads > 1 && sizeBytes is not <= ShortBytes)
            _ = LibZstd.SetEncoder(encoder, LibZstd.Workers, threads);
    }

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var source = new ZstdBuffer { Bytes = from, Size = (nuint)input.Length };
            var target = new ZstdBuffer { Bytes = to, Size = (nuint)output.Length };
            var directive = isLast ? LibZstd.End : LibZstd.Continue;
            var left = LibZstd.Compress(_handle.DangerousGetHandle(), &target, &source, directive);
            if (LibZstd.IsError(left) != 0)
                throw new StoreException.CorruptArchive("zstd", Marshal.PtrToStringUTF8(LibZstd.ErrorName(left)) ?? "");
            return new((int)source.Position, (int)target.Position, isLast && left == 0);
        }
    }

    public void Dispose() => _handle.Dispose();

    private sealed class EncoderHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EncoderHandle(nint encoder)
            : base(ownsHandle: true) => SetHandle(encoder);

        protected override bool ReleaseHandle() => LibZstd.FreeEncoder(handle) == 0;
    }
}
