using System.IO.Pipelines;
using Farm.Store.Local;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Puts a good copy in the place of a damaged or missing path.</summary>
public static class PathReplacement
{
    /// <param name="damaged">The store.</param>
    /// <param name="info">What is recorded of the path. A size of 0 is none on record; the copy's is recorded then.</param>
    /// <param name="writeNar">Writes the copy's archive, which is read no further than the recorded size.</param>
    /// <param name="ct">Stops before the path is replaced.</param>
    /// <returns>False where the path is not valid any more.</returns>
    /// <exception cref="StoreException.HashMismatch">The copy is not what is recorded.</exception>
    public static async Task<bool> FromNarAsync(
        LocalStore damaged,
        PathInfo info,
        Func<Stream, CancellationToken, Task> writeNar,
        CancellationToken ct
    )
    {
        var pipe = new Pipe();
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = WriteAsync(pipe.Writer, writeNar, stopped.Token);
        try
        {
            var longest = info.NarSizeBytes > 0 ? info.NarSizeBytes : long.MaxValue;
            await using var nar = new BoundedStream(pipe.Reader.AsStream(), longest);
            return await Task.Run(() => damaged.Adder.ReplaceAsync(info, nar, ct), ct).ConfigureAwait(false);
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>The reader gets what goes wrong here.</summary>
    private static async Task WriteAsync(
        PipeWriter writer,
        Func<Stream, CancellationToken, Task> writeNar,
        CancellationToken ct
    )
    {
        Exception? failure = null;
        try
        {
            await writeNar(writer.AsStream(), ct).ConfigureAwait(false);
        }
        catch (Exception error)
            when (error is StoreException or NixFormatException or IOException or OperationCanceledException)
        {
            failure = error;
        }
        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }
}
