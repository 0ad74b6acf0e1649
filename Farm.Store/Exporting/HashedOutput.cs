using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Streams;

namespace Farm.Store.Exporting;

/// <summary>Passes on what is written, and hashes it meanwhile. Closing it leaves the other stream open.</summary>
internal sealed class HashedOutput(Stream inner) : OneWayStream
{
    /// <summary>What is hashed sooner than another thread is told to.</summary>
    private const int SmallBytes = 128 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>All that was ever written.</summary>
    public long SizeBytes { get; private set; }

    public override bool CanWrite => true;
    public override long Length => SizeBytes;

    public override long Position
    {
        get => SizeBytes;
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of what was written since the last one; the next begins.</summary>
    public Sha256Digest Finish() => Sha256Digest.Finish(_hash);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (buffer.Length <= SmallBytes)
        {
            _hash.AppendData(buffer.Span);
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            SizeBytes += buffer.Length;
            return;
        }
        var hashing = Task.Run(() => _hash.AppendData(buffer.Span), CancellationToken.None);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await hashing.ConfigureAwait(false);
        }
        SizeBytes += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        inner.Write(buffer, offset, count);
        _hash.AppendData(buffer, offset, count);
        SizeBytes += count;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
