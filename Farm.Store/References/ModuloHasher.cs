using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using HashAlgorithm = Farm.Store.Hashing.HashAlgorithm;

namespace Farm.Store.References;

/// <summary>Hashes a stream that contains its own store path's hash part, as if it did not.</summary>
/// <remarks>Shape of what is hashed: the stream with each occurrence of the hash part as 32 NUL bytes, then for each occurrence
/// <c>|</c> and its decimal byte offset. Without an occurrence it is the ordinary hash.
/// Source: Nix's <c>HashModuloSink</c>.</remarks>
/// <param name="self">Hash part that the bytes carry at present.</param>
public sealed class ModuloHasher(HashAlgorithm algorithm, StorePathHash self) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(algorithm.FrameworkName());
    private readonly HashRewriter _rewriter = HashRewriter.Blanking(self);
    private readonly ArrayBufferWriter<byte> _pending = new();

    /// <summary>Where the hash part occurred so far, counted in bytes from the start of the stream.</summary>
    public IReadOnlyList<long> Offsets => _rewriter.Offsets;

    /// <summary>Goes on with the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> data)
    {
        _rewriter.Feed(data, _pending);
        Drain();
    }

    /// <summary>Ends the stream. Call it once.</summary>
    public Hash Finish()
    {
        _rewriter.Finish(_pending);
        foreach (var offset in _rewriter.Offsets)
            _pending.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"|{offset}")));
        Drain();
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        var length = _hash.GetHashAndReset(digest);
        return Hash.FromBytes(algorithm, digest[..length]);
    }

    public void Dispose() => _hash.Dispose();

    private void Drain()
    {
        _hash.AppendData(_pending.WrittenSpan);
        _pending.ResetWrittenCount();
    }
}
