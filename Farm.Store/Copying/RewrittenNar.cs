using System.Buffers;
using System.IO.Pipelines;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.References;

namespace Farm.Store.Copying;

/// <summary>An archive, or the contents of a file, with hash parts replaced on the way.</summary>
/// <param name="dump">Writes the bytes as they are.</param>
/// <param name="rewrites">From each hash part to the one that takes its place.</param>
internal sealed class RewrittenNar(
    Func<Stream, CancellationToken, Task> dump,
    IEnumerable<KeyValuePair<StorePathHash, StorePathHash>> rewrites
)
{
    /// <summary>Hashes the rewritten bytes, in which the hash part <paramref name="self"/> does not count.</summary>
    public async Task<Hash> DigestAsync(HashAlgorithm algorithm, StorePathHash self, CancellationToken ct)
    {
        var output = new ArrayBufferWriter<byte>();
        using var hasher = new ModuloHasher(algorithm, self);
        await using var rewriting = new RewritingOutput(new HashRewriter(rewrites), output, Drain);
        await dump(rewriting, ct).ConfigureAwait(false);
        await rewriting.FinishAsync(ct).ConfigureAwait(false);
        return hasher.Finish();

        ValueTask Drain(CancellationToken stop)
        {
            hasher.Feed(output.WrittenSpan);
            output.ResetWrittenCount();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Gives the rewritten bytes to a reader while they are written.</summary>
    public async Task<T> UseAsync<T>(Func<Stream, Task<T>> use, CancellationToken ct)
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.Run(() => WriteAsync(pipe.Writer, stop.Token), CancellationToken.None);
        try
        {
            return await use(pipe.Reader.AsStream(leaveOpen: true)).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(PipeWriter writer, CancellationToken ct)
    {
        try
        {
            await using var rewriting = new RewritingOutput(
                new HashRewriter(rewrites),
                writer,
                async stop => await writer.FlushAsync(stop).ConfigureAwait(false)
            );
            await dump(rewriting, ct).ConfigureAwait(false);
            await rewriting.FinishAsync(ct).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception cause) // The reader throws it.
        {
            await writer.CompleteAsync(cause).ConfigureAwait(false);
        }
    }
}
