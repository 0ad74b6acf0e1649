using System.Buffers;
using Farm.Store.References;

namespace Farm.Store.Copying;

/// <summary>Takes an archive and writes it on with hash parts replaced.</summary>
/// <param name="rewriter">What is replaced.</param>
/// <param name="output">Where it goes.</param>
/// <param name="drain">Called when there is something in the output.</param>
internal sealed class RewritingOutput(
    HashRewriter rewriter,
    IBufferWriter<byte> output,
    Func<CancellationToken, ValueTask> drain
) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is written asynchronously only.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
