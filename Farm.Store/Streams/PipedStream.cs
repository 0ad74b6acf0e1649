using System.IO.Pipelines;

namespace Farm.Store.Streams;

/// <summary>Turns what writes a stream into what can be read.</summary>
public static class PipedStream
{
    /// <summary>Lets a reader take what is written while it is written.</summary>
    /// <param name="write">Writes all of it.</param>
    /// <param name="read">Reads it; what it leaves is written to nowhere.</param>
    /// <remarks>Where the writer fails, its error is thrown, not what the reader made of it.</remarks>
    public static async Task ReadAsync(Func<Stream, Task> write, Func<Stream, Task> read)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(read);
        var pipe = new Pipe();
        var writing = WriteAsync(write, pipe.Writer);
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

    private static async Task WriteAsync(Func<Stream, Task> write, PipeWriter writer)
    {
        await using var stream = writer.AsStream(leaveOpen: true);
        try
        {
            await write(stream).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await writer.CompleteAsync(error).ConfigureAwait(false);
            throw;
        }
    }
}
