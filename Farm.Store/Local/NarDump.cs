using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Native;
using Farm.Store.Streams;

namespace Farm.Store.Local;

/// <summary>Writes a tree of files as a NAR.</summary>
public static class NarDump
{
    /// <param name="path">The root of the tree; a symbolic link is dumped as such.</param>
    /// <param name="destination">Where the archive goes.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <returns>The archive's size in bytes.</returns>
    /// <exception cref="StoreException.UnsupportedFile">The tree contains a device, socket or pipe.</exception>
    public static Task<long> WriteAsync(string path, Stream destination, CancellationToken ct) =>
        WriteAsync(path, destination, null, ct);

    /// <param name="path">The root of the tree.</param>
    /// <param name="destination">Where the archive goes.</param>
    /// <param name="filter">What of the tree is taken; null for all.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <inheritdoc cref="WriteAsync(string, Stream, CancellationToken)"/>
    public static async Task<long> WriteAsync(string path, Stream destination, TreeFilter? filter, CancellationToken ct)
    {
        using var buffer = new NarBuffer();
        await Task.Yield();
        using var dumper = new NarDumper(
            Syscalls.CurrentDirectory,
            Encoding.UTF8.GetBytes(path),
            path,
            buffer,
            filter: filter
        );
        var written = 0L;
        do
        {
            ct.ThrowIfCancellationRequested();
            dumper.Fill();
            var piece = buffer.Swap();
            await destination.WriteAsync(piece, ct).ConfigureAwait(false);
            written += piece.Length;
        } while (!dumper.IsComplete);
        return written;
    }

    /// <summary>What the archive would be, written nowhere.</summary>
    /// <param name="path">The root of the tree; a symbolic link is dumped as such.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <returns>Its SHA-256 and its size in bytes.</returns>
    /// <exception cref="StoreException.UnsupportedFile">The tree contains a device, socket or pipe.</exception>
    public static Task<(Sha256Digest Hash, long SizeBytes)> HashAsync(string path, CancellationToken ct) =>
        HashAsync(path, null, ct);

    /// <param name="path">The root of the tree.</param>
    /// <param name="filter">What of the tree is taken; null for all.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <inheritdoc cref="HashAsync(string, CancellationToken)"/>
    public static async Task<(Sha256Digest Hash, long SizeBytes)> HashAsync(
        string path,
        TreeFilter? filter,
        CancellationToken ct
    )
    {
        await using var measure = new HashingStream();
        await WriteAsync(path, measure, filter, ct).ConfigureAwait(false);
        return (measure.Finish(), measure.SizeBytes);
    }
}
