using System.IO.Pipelines;
using Farm.Store.Streams;

namespace Farm.Store.Copying;

/// <summary>The end of a pipe where an archive goes in; counts it.</summary>
internal sealed class CountedOutput(PipeWriter writer, CopyCount count) : OneWayStream
{
    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        count.AddBytes(buffer.Length);
    }
}
