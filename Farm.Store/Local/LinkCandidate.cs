using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A file or symbolic link that may be shared with equal ones.</summary>
/// <param name="Directory">Descriptor of the directory that <paramref name="Name"/> starts from.</param>
/// <param name="Name">Relative path of the file.</param>
/// <param name="Hash">SHA-256 of its own NAR.</param>
/// <param name="SizeBytes">Its size, which an equal file has too.</param>
/// <param name="IsSymlink">A link has no immutable bit.</param>
/// <param name="Seen">What it was before it was hashed, where it is in the store already; null where it is still in its stage.</param>
/// <param name="Descriptor">The file, open for as long as it is a candidate; -1 where it is not open.</param>
internal sealed record LinkCandidate(
    int Directory,
    ReadOnlyMemory<byte> Name,
    Sha256Digest Hash,
    long SizeBytes,
    bool IsSymlink,
    FileStatus? Seen = null,
    int Descriptor = -1
)
{
    /// <summary>For messages.</summary>
    public string Shown => ByteString.FromBytes(Name.Span).ToString();

    /// <summary>Whether a file of this status has the content that was hashed. Its time was set before that, and everyone but its
    /// owner changes the time when he writes.</summary>
    public bool IsStill(in FileStatus status) =>
        status.SizeBytes == SizeBytes && status.IsStoreTime && (Seen is not { } seen || seen.IsSameFile(status));
}
