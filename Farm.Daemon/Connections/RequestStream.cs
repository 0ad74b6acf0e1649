namespace Farm.Daemon.Connections;

/// <summary>What a client sends. What it has been answered goes out before anybody waits for more, so that the answers to requests that
/// came together can go together.</summary>
internal sealed class RequestStream(Stream client, ConnectionOutput answers) : Stream
{
    /// <summary>The connection itself.</summary>
    public Stream Client => client;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return answers.WaitingBytes == 0 ? client.ReadAsync(buffer, cancellationToken) : AnswerFirstAsync();

        async ValueTask<int> AnswerFirstAsync()
        {
            await answers.FlushAsync(cancellationToken).ConfigureAwait(false);
            return await client.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
