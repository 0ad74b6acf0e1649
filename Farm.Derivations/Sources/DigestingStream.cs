using System.Security.Cryptography;
using Farm.Store.Hashing;

namespace Farm.Derivations.Sources;

/// <summary>Hashes and counts what is written to it, and passes it on where there is somewhere to.</summary>
internal sealed class DigestingStream(Stream? destination) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _sizeBytes;

    public long SizeBytes => _sizeBytes;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _sizeBytes;

    public override long Position
    {
        get => _sizeBytes;
        set => throw new NotSupportedException();
    }

    public Sha256Digest Finish() => Sha256Digest.Finish(_hash);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        _hash.AppendData(buffer.Span);
        _sizeBytes += buffer.Length;
        if (destination is not null)
            await destination.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Async only: what dumps a tree never calls this.
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
