using System.Collections.Immutable;
using System.IO.Compression;

namespace Farm.Store.Compressing;

/// <summary>A compression of archives in binary caches, both ways, as streams in bounded memory.</summary>
/// <remarks>Of the names that a narinfo may have, those that caches really use. Source: Nix manual, store setting <c>compression</c>.</remarks>
public sealed class NarCompression
{
    private readonly Func<Stream, Stream> _decode;
    private readonly Func<Stream, int, int, long?, Stream> _encode;
    private readonly int _lowest;
    private readonly int _highest;
    private readonly int _default;

    private NarCompression(
        string name,
        string extension,
        (int Lowest, int Highest, int Default) levels,
        Func<Stream, Stream> decode,
        Func<Stream, int, int, long?, Stream> encode
    )
    {
        (Name, Extension, _decode, _encode) = (name, extension, decode, encode);
        (_lowest, _highest, _default) = levels;
    }

    /// <summary>As it is.</summary>
    public static NarCompression None { get; } =
        new("none", "", (0, 0, 0), bytes => bytes, (bytes, _, _, _) => new LentStream(bytes));

    public static NarCompression Xz { get; } =
        new(
            "xz",
            ".xz",
            (0, 9, XzCoder.DefaultLevel),
            bytes => new DecodingStream(bytes, XzCoder.Decoder()),
            (bytes, level, threads, _) => new EncodingStream(bytes, XzCoder.Encoder(level, threads))
        );

    public static NarCompression Zstd { get; } =
        new(
            "zstd",
            ".zst",
            (1, 22, ZstdEncoder.DefaultLevel),
            bytes => new DecodingStream(bytes, new ZstdDecoder()),
            (bytes, level, threads, size) => new EncodingStream(bytes, new ZstdEncoder(level, threads, size))
        );

    public static NarCompression Bzip2 { get; } =
        new(
            "bzip2",
            ".bz2",
            (1, 9, Bzip2Encoder.DefaultLevel),
            bytes => new DecodingStream(bytes, new Bzip2Decoder()),
            (bytes, level, _, _) => new EncodingStream(bytes, new Bzip2Encoder(level))
        );

    public static NarCompression Brotli { get; } =
        new(
            "br",
            ".br",
            (0, 11, BrotliWriter.DefaultLevel),
            bytes => new DecodingStream(bytes, new BrotliReader()),
            (bytes, level, _, _) => new EncodingStream(bytes, new BrotliWriter(level))
        );

    /// <summary>Without an extension, as Nix names such files.</summary>
    public static NarCompression Gzip { get; } =
        new(
            "gzip",
            "",
            (0, 9, 6),
            GzipReadStream.OfGzip,
            (bytes, level, _, _) =>
                new GZipStream(bytes, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true)
        );

    /// <summary>Every one.</summary>
    public static ImmutableArray<NarCompression> All { get; } = [None, Xz, Zstd, Gzip, Brotli, Bzip2];

    /// <summary>As a narinfo names it.</summary>
    public string Name { get; }

    /// <summary>What a file's name ends in, with its dot; empty where there is none.</summary>
    public string Extension { get; }

    /// <summary>The compression of this name; null where there is none.</summary>
    public static NarCompression? Find(string name) => All.FirstOrDefault(one => one.Name == name);

    /// <summary>What a compressed stream holds. Closing the answer closes the compressed stream.</summary>
    /// <remarks>Reading throws <see cref="StoreException.CorruptArchive"/> where the stream is damaged or cut off.</remarks>
    /// <exception cref="StoreException.MissingLibrary">The machine lacks the library.</exception>
    public Stream Decompress(Stream compressed) => _decode(compressed);

    /// <summary>Compresses what is written to the answer. Closing that writes the end, and leaves the compressed stream open.</summary>
    /// <param name="compressed">Where the result goes.</param>
    /// <param name="level">Of this compression; null for its usual one. Beyond its bounds, the nearest.</param>
    /// <param name="threads">How many may compress at a time, where that is possible.</param>
    /// <param name="sizeBytes">About how much is going to be written, where that is known.</param>
    /// <exception cref="StoreException.MissingLibrary">The machine lacks the library.</exception>
    public Stream Compress(Stream compressed, int? level, int threads, long? sizeBytes = null) =>
        _encode(compressed, Math.Clamp(level ?? _default, _lowest, _highest), threads, sizeBytes);

    public override string ToString() => Name;
}
