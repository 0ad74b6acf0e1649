using System.Net;

namespace Farm.Http;

/// <summary>A request body that is written when it is sent: a header, then a NAR straight from where it is.</summary>
internal sealed class NarContent(byte[] header, long narSizeBytes, Func<Stream, CancellationToken, Task> dump)
    : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await stream.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        await dump(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = header.Length + narSizeBytes;
        return true;
    }
}
