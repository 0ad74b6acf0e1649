using Farm.Store.Compressing;

namespace Farm.Store.BinaryCaches;

/// <summary>What HTTP calls a content encoding: files that a server keeps or sends compressed and that mean what they hold.</summary>
/// <remarks>One encoding at most; more of them, one around the other, serve nobody but an attacker.</remarks>
public static class ContentEncodings
{
    /// <summary>What is asked for.</summary>
    public const string Accepted = "gzip, br, zstd, deflate";

    /// <summary>Undoes the encoding; null where it is unknown.</summary>
    public static Stream? Open(IReadOnlyCollection<string> encodings, Stream body) =>
        encodings.Count > 1
            ? null
            : encodings.FirstOrDefault("identity").ToLowerInvariant() switch
            {
                "identity" or "" => body,
                "gzip" or "x-gzip" => NarCompression.Gzip.Decompress(body),
                "deflate" => GzipReadStream.OfZlib(body),
                "br" => NarCompression.Brotli.Decompress(body),
                "zstd" => NarCompression.Zstd.Decompress(body),
                "xz" => NarCompression.Xz.Decompress(body),
                "bzip2" => NarCompression.Bzip2.Decompress(body),
                _ => null,
            };
}
