using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>Hashes and counts what is read through it, and writes it to a second place.</summary>
internal sealed class MeasuringReader(Stream inner, Stream copy) : OneWayStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override bool CanRead => true;

    public long SizeBytes { get; private set; }

    public Sha256Digest Finish() => Sha256Digest.Finish(_hash);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(buffer.Span[..count]);
        SizeBytes += count;
        await copy.WriteAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
