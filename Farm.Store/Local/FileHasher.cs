using System.Buffers.Binary;
using System.Security.Cryptography;
using Farm.Store.Hashing;
using Farm.Store.Nar;

namespace Farm.Store.Local;

/// <summary>Hashes the NAR of one file or symbolic link: what its name in <c>.links</c> is made of.</summary>
internal sealed class FileHasher : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _sizeBytes;

    public void BeginFile(bool isExecutable, long sizeBytes)
    {
        _sizeBytes = sizeBytes;
        Span<byte> head = stackalloc byte[256];
        var start = NarTokens.RegularStart(isExecutable);
        NarTokens.ArchiveStart.CopyTo(head);
        start.CopyTo(head[NarTokens.ArchiveStart.Length..]);
        var length = NarTokens.ArchiveStart.Length + start.Length;
        BinaryPrimitives.WriteInt64LittleEndian(head[length..], sizeBytes);
        _hash.AppendData(head[..(length + 8)]);
    }

    public void Contents(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public Sha256Digest EndFile()
    {
        Span<byte> tail = stackalloc byte[32];
        tail.Clear();
        var padding = NarTokens.Padding(_sizeBytes);
        NarTokens.End.CopyTo(tail[padding..]);
        _hash.AppendData(tail[..(padding + NarTokens.End.Length)]);
        return Sha256Digest.Finish(_hash);
    }

    public static Sha256Digest OfSymlink(ReadOnlySpan<byte> target)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new NarWriter(output).WriteSymlink([], target);
        return Sha256Digest.Compute(output.WrittenSpan);
    }

    public void Dispose() => _hash.Dispose();
}
