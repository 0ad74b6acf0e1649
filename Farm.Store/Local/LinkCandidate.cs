using Farm.Store.Hashing;

namespace Farm.Store.Local;

/// <summary>A file or symbolic link that may be shared with equal ones.</summary>
/// <param name="Directory">Descriptor of the directory that <paramref name="Name"/> starts from.</param>
/// <param name="Name">Relative path of the file.</param>
/// <param name="Hash">SHA-256 of its own NAR.</param>
/// <param name="SizeBytes">Its size, which an equal file has too.</param>
/// <param name="IsSymlink">A link has no immutable bit.</param>
internal sealed record LinkCandidate(
    int Directory,
    ReadOnlyMemory<byte> Name,
    Sha256Digest Hash,
    long SizeBytes,
    bool IsSymlink
);
