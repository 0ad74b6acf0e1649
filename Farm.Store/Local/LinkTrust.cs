using System.Collections.Concurrent;
using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Which names in <c>.links</c> this process knows to have the content that they are named after: it has hashed them, and
/// nothing was done to their files since that it has not done itself.</summary>
/// <remarks>A file that was touched in any way has another time of change, which nobody can set back. What is not known is hashed
/// again before anything is replaced by it.</remarks>
internal sealed class LinkTrust
{
    private const int MostKnown = 1 << 17;
    private readonly ConcurrentDictionary<Sha256Digest, Mark> _known = new();

    private readonly record struct Mark(ulong Inode, long ChangedSeconds, uint ChangedNanoseconds);

    public bool Holds(Sha256Digest hash, in FileStatus status) =>
        status.IsStoreTime && _known.TryGetValue(hash, out var mark) && mark == MarkOf(status);

    /// <summary>Notes what the file is after the last change by this process, under its locks.</summary>
    public void Record(Sha256Digest hash, in FileStatus status)
    {
        if (_known.Count >= MostKnown)
            _known.Clear(); // Known again when they are next needed.
        _known[hash] = MarkOf(status);
    }

    public void Forget(Sha256Digest hash) => _known.TryRemove(hash, out _);

    private static Mark MarkOf(in FileStatus status) =>
        new(status.Inode, status.ChangedSeconds, status.ChangedNanoseconds);
}
