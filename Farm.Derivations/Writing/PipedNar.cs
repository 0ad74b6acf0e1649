using System.IO.Pipelines;
using Farm.Derivations.Objects;

namespace Farm.Derivations.Writing;

/// <summary>Turns what writes a NAR into what can be read.</summary>
internal static class PipedNar
{
    /// <summary>Lets a reader take the object's NAR while it is written.</summary>
    /// <exception cref="DerivationException">The object has changed; then this is thrown, not what the reader made of it.</exception>
    public static async Task ReadAsync(StoreObject item, Func<Stream, Task> read, CancellationToken ct)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(item, pipe.Writer, ct);
        try
        {
            await using var stream = pipe.Reader.AsStream();
            await read(stream).ConfigureAwait(false);
        }
        catch
        {
            // The reader is gone, so the writer ends; where it failed, its error is the cause of the reader's.
            await writing.ConfigureAwait(false);
            throw;
        }
        await writing.ConfigureAwait(false);
    }

    private static async Task WriteAsync(StoreObject item, PipeWriter writer, CancellationToken ct)
    {
        await using var stream = writer.AsStream(leaveOpen: true);
        try
        {
            await item.WriteNarAsync(stream, ct).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await writer.CompleteAsync(error).ConfigureAwait(false);
            throw;
        }
    }
}
