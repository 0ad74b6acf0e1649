using System.IO.Pipelines;
using Farm.Store.PathInfos;

namespace Farm.Store.Copying;

/// <summary>Brings one path from store to store: one writes its archive into a pipe, the other reads it there. A small one is held whole
/// instead, which spares threads that wait for each other.</summary>
internal static class NarTransfer
{
    private const int PieceBytes = 64 * 1024;
    private const int AheadBytes = 1024 * 1024;
    private const int SmallBytes = 128 * 1024;

    /// <summary>What ends the writing when nobody reads on.</summary>
    private sealed class NotWantedException() : OperationCanceledException("the archive is not wanted any more");

    /// <param name="from">Writes the archive.</param>
    /// <param name="info">What the other store was told of the path.</param>
    /// <param name="count">Told of each piece.</param>
    /// <param name="receive">Reads the archive, given what it is to be told of the path.</param>
    /// <param name="ct">Stops.</param>
    public static async Task CopyAsync(
        IStore from,
        PathInfo info,
        CopyCount count,
        Func<PathInfo, Stream, CancellationToken, Task> receive,
        CancellationToken ct
    )
    {
        // What was registered when, and who built it, is for each store to say of itself.
        var told = info with
        {
            IsUltimate = false,
            RegistrationTime = DateTimeOffset.UnixEpoch,
        };
        if (info.NarSizeBytes <= SmallBytes)
        {
            using var nar = new SmallArchive((int)info.NarSizeBytes);
            await from.DumpNarAsync(info.Path, nar, ct).ConfigureAwait(false);
            nar.Position = 0;
            count.AddBytes(nar.Length);
            await receive(told, nar, ct).ConfigureAwait(false);
            return;
        }
        var pipe = new Pipe(
            new PipeOptions(
                pauseWriterThreshold: AheadBytes,
                resumeWriterThreshold: AheadBytes / 2,
                minimumSegmentSize: PieceBytes,
                useSynchronizationContext: false
            )
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.Run(() => WriteAsync(from, info, pipe.Writer, count, stop.Token), CancellationToken.None);
        try
        {
            await receive(told, pipe.Reader.AsStream(leaveOpen: true), ct).ConfigureAwait(false);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            await EndAsync().ConfigureAwait(false);
            if (writing.IsFaulted)
                await writing.ConfigureAwait(false); // The archive could not be read: that is the reason.
            throw;
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }

        async Task EndAsync()
        {
            await pipe.Reader.CompleteAsync(new NotWantedException()).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WriteAsync(
        IStore from,
        PathInfo info,
        PipeWriter writer,
        CopyCount count,
        CancellationToken ct
    )
    {
        try
        {
            await using var output = new CountedOutput(writer, count);
            await from.DumpNarAsync(info.Path, output, ct).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception cause) // The reader is told, and the caller throws it.
        {
            await writer.CompleteAsync(cause).ConfigureAwait(false);
            throw;
        }
    }
}
