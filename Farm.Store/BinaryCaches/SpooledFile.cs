using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>What will be a file of a cache, with its hash: in memory while it is small, else in a temporary file.</summary>
internal sealed class SpooledFile : OneWayStream
{
    private const int MostInMemoryBytes = 2 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Stream _bytes = new MemoryStream();

    public override bool CanWrite => true;

    public long SizeBytes { get; private set; }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        _hash.AppendData(buffer.Span);
        SizeBytes += buffer.Length;
        if (_bytes is MemoryStream memory && SizeBytes > MostInMemoryBytes)
        {
            _bytes = OpenFile();
            memory.Position = 0;
            await memory.CopyToAsync(_bytes, cancellationToken).ConfigureAwait(false);
        }
        await _bytes.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _hash.AppendData(buffer.AsSpan(offset, count));
        SizeBytes += count;
        _bytes.Write(buffer, offset, count);
    }

    /// <summary>Ends the writing.</summary>
    /// <returns>The hash of the file, and the file, which is closed with this.</returns>
    public (Sha256Digest Hash, Stream Contents) Finish()
    {
        _bytes.Flush();
        _bytes.Position = 0;
        return (Sha256Digest.Finish(_hash), _bytes);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private static FileStream OpenFile() =>
        new(
            Path.Combine(Path.GetTempPath(), $"farm-cache-{Guid.CreateVersion7():N}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
}
