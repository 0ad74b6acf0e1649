using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>liblzma's streaming calls. Each answers one of liblzma's codes.</summary>
internal static unsafe partial class LibLzma
{
    /// <summary>The library's file, in Debian's package liblzma5.</summary>
    public const string Library = "liblzma.so.5";

    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int MemoryError = 5;
    public const int MemoryLimitError = 6;
    public const int FormatError = 7;
    public const int OptionsError = 8;
    public const int DataError = 9;
    public const int BufferError = 10;

    /// <summary>Decoder: streams may follow one another.</summary>
    public const uint Concatenated = 0x08;

    /// <summary>Integrity check of the contents, xz's default.</summary>
    public const int CheckCrc64 = 4;

    public const int Run = 0;
    public const int Finish = 3;

    [LibraryImport(Library, EntryPoint = "lzma_stream_decoder")]
    public static partial int StreamDecoder(LzmaStream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library, EntryPoint = "lzma_easy_encoder")]
    public static partial int EasyEncoder(LzmaStream* stream, uint preset, int check);

    [LibraryImport(Library, EntryPoint = "lzma_stream_encoder_mt")]
    public static partial int ThreadedEncoder(LzmaStream* stream, LzmaThreads* options);

    [LibraryImport(Library, EntryPoint = "lzma_code")]
    public static partial int Code(LzmaStream* stream, int action);

    [LibraryImport(Library, EntryPoint = "lzma_end")]
    public static partial void End(LzmaStream* stream);
}
