using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>libbz2's streaming calls. Each answers one of libbz2's codes; errors are negative.</summary>
internal static unsafe partial class LibBzip2
{
    /// <summary>The library's file, in Debian's package libbz2-1.0.</summary>
    public const string Library = "libbz2.so.1.0";

    public const int Run = 0;
    public const int Finish = 2;

    public const int Ok = 0;
    public const int StreamEnd = 4;
    public const int MemoryError = -3;

    [LibraryImport(Library, EntryPoint = "BZ2_bzDecompressInit")]
    public static partial int DecoderInit(BzipStream* stream, int verbosity, int small);

    [LibraryImport(Library, EntryPoint = "BZ2_bzDecompress")]
    public static partial int Decompress(BzipStream* stream);

    [LibraryImport(Library, EntryPoint = "BZ2_bzDecompressEnd")]
    public static partial int DecoderEnd(BzipStream* stream);

    [LibraryImport(Library, EntryPoint = "BZ2_bzCompressInit")]
    public static partial int EncoderInit(BzipStream* stream, int blockSize100K, int verbosity, int workFactor);

    [LibraryImport(Library, EntryPoint = "BZ2_bzCompress")]
    public static partial int Compress(BzipStream* stream, int action);

    [LibraryImport(Library, EntryPoint = "BZ2_bzCompressEnd")]
    public static partial int EncoderEnd(BzipStream* stream);
}
