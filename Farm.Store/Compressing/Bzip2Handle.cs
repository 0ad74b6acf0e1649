using System.Runtime.InteropServices;
using Farm.Store.Native;

namespace Farm.Store.Compressing;

/// <summary>A <c>bz_stream</c>, and how what hangs on it is freed.</summary>
internal sealed unsafe class Bzip2Handle : SafeHandle
{
    private readonly bool _isDecoder;
    private bool _isBegun;

    public Bzip2Handle(bool isDecoder)
        : base(0, ownsHandle: true)
    {
        _isDecoder = isDecoder;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(BzipStream)));
    }

    public override bool IsInvalid => handle == 0;

    public BzipStream* Stream
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (BzipStream*)handle;
        }
    }

    /// <summary>Begins a stream, after the end of the one before.</summary>
    /// <exception cref="StoreException.CorruptArchive">There is no memory for it.</exception>
    public void Begin(Func<nint, int> init)
    {
        End();
        *Stream = default;
        var code = NativeLibraryCall.Try(LibBzip2.Library, "libbz2-1.0", () => init(handle));
        if (code != LibBzip2.Ok)
            throw new StoreException.CorruptArchive("bzip2", $"libbz2 answers {code} at its beginning");
        _isBegun = true;
    }

    protected override bool ReleaseHandle()
    {
        End();
        NativeMemory.Free((void*)handle);
        return true;
    }

    private void End()
    {
        if (!_isBegun)
            return;
        _ = _isDecoder ? LibBzip2.DecoderEnd((BzipStream*)handle) : LibBzip2.EncoderEnd((BzipStream*)handle);
        _isBegun = false;
    }
}
