using System.Runtime.InteropServices;
using Farm.Store.Native;
using Microsoft.Win32.SafeHandles;

namespace Farm.Store.Compressing;

/// <summary>Reads Zstandard, of one frame or several, by libzstd.</summary>
internal sealed unsafe class ZstdDecoder : IByteCoder
{
    /// <summary>Largest window, as a power of two: 128 MiB, what the highest level uses and Nix reads.</summary>
    public const int WindowLog = 27;

    private readonly DecoderHandle _handle;
    private bool _isBetweenFrames = true;

    public ZstdDecoder()
    {
        _handle = new(NativeLibraryCall.Try(LibZstd.Library, "libzstd1", LibZstd.CreateDecoder));
        _ = LibZstd.SetDecoder(_handle.DangerousGetHandle(), LibZstd.WindowLogMax, WindowLog);
    }

    public CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (input.IsEmpty && isLast && _isBetweenFrames)
            return new(0, 0, true);
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var source = new ZstdBuffer { Bytes = from, Size = (nuint)input.Length };
            var target = new ZstdBuffer { Bytes = to, Size = (nuint)output.Length };
            var left = LibZstd.Decompress(_handle.DangerousGetHandle(), &target, &source);
            if (LibZstd.IsError(left) != 0)
                throw new StoreException.CorruptArchive("zstd", Marshal.PtrToStringUTF8(LibZstd.ErrorName(left)) ?? "");
            _isBetweenFrames = left == 0;
            var step = new CoderStep((int)source.Position, (int)target.Position, _isBetweenFrames);
            if (input.IsEmpty && isLast && step is { WrittenBytes: 0, IsComplete: false })
                throw new StoreException.CorruptArchive("zstd", "it is cut off");
            return step;
        }
    }

    public void Dispose() => _handle.Dispose();

    private sealed class DecoderHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DecoderHandle(nint decoder)
            : base(ownsHandle: true) => SetHandle(decoder);

        protected override bool ReleaseHandle() => LibZstd.FreeDecoder(handle) == 0;
    }
}
