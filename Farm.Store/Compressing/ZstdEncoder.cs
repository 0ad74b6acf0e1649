using System.Runtime.InteropServices;
using Farm.Store.Native;
using Microsoft.Win32.SafeHandles;

namespace Farm.Store.Compressing;

/// <summary>Writes one frame of Zstandard, with a checksum, by libzstd.</summary>
internal sealed unsafe class ZstdEncoder : IByteCoder
{
    /// <summary>What zstd takes where no level is given.</summary>
    public const int DefaultLevel = 3;

    private readonly EncoderHandle _handle;

    /// <param name="level">1 to 22.</param>
    /// <param name="threads">Above 1, so many compress at a time.</param>
    public ZstdEncoder(int level, int threads)
    {
        _handle = new(NativeLibraryCall.Try(LibZstd.Library, "libzstd1", LibZstd.CreateEncoder));
        var encoder = _handle.DangerousGetHandle();
        _ = LibZstd.SetEncoder(encoder, LibZstd.CompressionLevel, level);
        _ = LibZstd.SetEncoder(encoder, LibZstd.ChecksumFlag, 1);
        // A library that was built without threads refuses this, and compresses all the same.
        if (threads > 1)
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
