using System.Buffers;
using Farm.Store.References;
using Farm.Store.Streams;

namespace Farm.Store.Copying;

/// <summary>Takes an archive and writes it on with hash parts replaced.</summary>
/// <param name="rewriter">What is replaced.</param>
/// <param name="output">Where it goes.</param>
/// <param name="drain">Called when there is something in the output.</param>
internal sealed class RewritingOutput(
    HashRewriter rewriter,
    IBufferWriter<byte> output,
    Func<CancellationToken, ValueTask> drain
) : OneWayStream
{
    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        rewriter.Feed(buffer.Span, output);
        await drain(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what is left at the end.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        rewriter.Finish(output);
        await drain(ct).ConfigureAwait(false);
    }
}
