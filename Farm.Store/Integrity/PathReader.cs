using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Streams;

namespace Farm.Store.Integrity;

/// <summary>Reads the files of one path once, for its own hash and for those of its files in <c>.links</c>.</summary>
internal static class PathReader
{
    /// <summary>Answers hash and size of the archive of the files as they are.</summary>
    /// <exception cref="StoreException.FileSystem">They cannot be read, or are not there.</exception>
    public static async Task<(Sha256Digest Hash, long SizeBytes)> ReadAsync(
        StoreFiles files,
        PathInfo info,
        CheckingObserver observer,
        CancellationToken ct
    )
    {
        var shown = files.Layout.ToPhysical(info.Path);
        using var buffer = new NarBuffer();
        using var dumper = new NarDumper(files.StoreDirectory, StoreLayout.Bytes(info.Path), shown, buffer, observer);
        await using var measure = new HashingStream();
        var hashing = Task.CompletedTask; // One piece is hashed while the next is read.
        try
        {
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                dumper.Fill();
                await hashing.ConfigureAwait(false);
                var piece = buffer.Swap();
                if (dumper.IsComplete)
                {
                    measure.Write(piece.Span);
                    return (measure.Finish(), measure.SizeBytes);
                }
                hashing = Task.Run(() => measure.Write(piece.Span), CancellationToken.None);
            }
        }
        finally
        {
            await hashing.ConfigureAwait(false);
        }
    }
}
