using System.Security.Cryptography;
using Farm.Store.Streams;

namespace Farm.Store.Hashing;

/// <summary>Hashes and counts what is written to it, and passes it on where there is somewhere to.</summary>
/// <param name="destination">Not closed; null for nowhere.</param>
public sealed class HashingStream(Stream? destination = null) : OneWayStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

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
        Count(buffer.Span);
        return destination?.WriteAsync(buffer, cancellationToken) ?? ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        SizeBytes += bytes.Length;
    }
}
