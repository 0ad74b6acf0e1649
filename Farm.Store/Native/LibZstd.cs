using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>libzstd's streaming calls. Those that answer a size answer an error as <see cref="IsError"/> tells.</summary>
internal static unsafe partial class LibZstd
{
    /// <summary>The library's file, in Debian's package libzstd1.</summary>
    public const string Library = "libzstd.so.1";

    /// <summary>Decoder: the largest window, as a power of two.</summary>
    public const int WindowLogMax = 100;

    /// <summary>Encoder parameters.</summary>
    public const int CompressionLevel = 100;
    public const int ChecksumFlag = 201;
    public const int Workers = 400;
    public const int SourceSizeHint = 1004;

    public const int Continue = 0;
    public const int End = 2;

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecoder(nint decoder);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetDecoder(nint decoder, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint decoder, ZstdBuffer* output, ZstdBuffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateEncoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeEncoder(nint encoder);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetEncoder(nint encoder, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(nint encoder, ZstdBuffer* output, ZstdBuffer* input, int directive);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    public static partial nint ErrorName(nuint code);
}
