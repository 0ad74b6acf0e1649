using System.Security.Cryptography;
using Farm.Store.Hashing;

namespace Farm.Store.Streams;

/// <summary>Hashes and counts what is written to it, and passes it on where there is somewhere to.</summary>
/// <param name="destination">Not closed; null for nowhere.</param>
public sealed class HashingStream(Stream? destination = null) : OneWayStream
{
    /// <summary>What is hashed sooner than another thread is told to.</summary>
    private const int SmallBytes = 128 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>All that was ever written.</summary>
    public long SizeBytes { get; private set; }

    public override bool CanWrite => true;

    /// <summary>The SHA-256 of all that was written since the last one; the next begins.</summary>
    public Sha256Digest Finish() => Sha256Digest.Finish(_hash);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer);
        destination?.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (destination is not null && buffer.Length > SmallBytes)
            return new(WriteLargeAsync(destination, buffer, cancellationToken));
        Count(buffer.Span);
        return destination?.WriteAsync(buffer, cancellationToken) ?? ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        destination?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    public override void Flush() => destination?.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Hashes while it is passed on.</summary>
    private async Task WriteLargeAsync(Stream to, ReadOnlyMemory<byte> buffer, CancellationToken ct)
    {
        var hashing = Task.Run(() => Count(buffer.Span), CancellationToken.None);
        try
        {
            await to.WriteAsync(buffer, ct).ConfigureAwait(false);
        }
        finally
        {
            await hashing.ConfigureAwait(false);
        }
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        SizeBytes += bytes.Length;
    }
}
