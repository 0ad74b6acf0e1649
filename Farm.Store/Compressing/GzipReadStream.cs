using System.IO.Compression;
using Farm.Store.Streams;

namespace Farm.Store.Compressing;

/// <summary>Reads gzip, or the zlib format that HTTP calls deflate; the framework's streams, with this project's errors.</summary>
internal sealed class GzipReadStream(Stream decoding, string name) : OneWayStream
{
    public override bool CanRead => true;

    public static GzipReadStream OfGzip(Stream compressed) =>
        new(new GZipStream(compressed, CompressionMode.Decompress), "gzip");

    public static GzipReadStream OfZlib(Stream compressed) =>
        new(new ZLibStream(compressed, CompressionMode.Decompress), "deflate");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoding.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException cause)
        {
            throw new StoreException.CorruptArchive(name, "its data is damaged, cut off or of another format", cause);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await decoding.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            decoding.Dispose();
        base.Dispose(disposing);
    }
}
