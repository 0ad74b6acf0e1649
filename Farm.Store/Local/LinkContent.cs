using System.Buffers;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Whether what is in <c>.links</c> is what its name says.</summary>
internal static class LinkContent
{
    private const int PieceBytes = 256 * 1024;

    /// <summary>Whether an open file has a store file's mode and time and this hash. Reads it, unless that is known.</summary>
    public static bool IsFile(StoreFiles files, int file, in FileStatus status, Sha256Digest hash)
    {
        if (!IsCanonical(status))
            return false;
        if (files.Trust.Holds(hash, status))
            return true;
        files.Counters.CountVerified();
        return TryHash(file, status, out var found)
            && found == hash
            && Syscalls.Status(file, out var after) == 0
            && after.IsUntouchedSince(status);
    }

    /// <summary>As <see cref="IsFile"/>, of a symbolic link.</summary>
    public static bool IsSymlink(StoreFiles files, ReadOnlySpan<byte> link, in FileStatus status, Sha256Digest hash)
    {
        if (!status.IsSymlink || !status.IsStoreTime)
            return false;
        if (files.Trust.Holds(hash, status))
            return true;
        Span<byte> target = stackalloc byte[NarLimits.TargetBytes + 1];
        var length = Syscalls.ReadLink(files.LinksDirectory, link, target);
        return length >= 0 && FileHasher.OfSymlink(target[..length]) == hash;
    }

    /// <summary>Whether it is a file as the store makes them.</summary>
    public static bool IsCanonical(in FileStatus status) =>
        status is { IsRegular: true, IsStoreTime: true, Permissions: ObjectModes.File or ObjectModes.Executable };

    /// <summary>Hashes the NAR of an open file. False where it has not as many bytes as its status says, or cannot be read.</summary>
    public static bool TryHash(int file, in FileStatus status, out Sha256Digest hash)
    {
        hash = default;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            using var hasher = new FileHasher();
            hasher.BeginFile(status.IsExecutable, status.SizeBytes);
            for (var left = status.SizeBytes; left > 0; )
            {
                var count = Syscalls.Read(file, piece);
                if (count <= 0 || count > left)
                    return false;
                hasher.Contents(piece.AsSpan(0, count));
                left -= count;
            }
            hash = hasher.EndFile();
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
