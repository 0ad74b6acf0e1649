using Farm.Store.Streams;

namespace Farm.Daemon.Connections;

/// <summary>What a client sends. What it has been answered goes out before anybody waits for more, so that the answers to requests that
/// came together can go together.</summary>
internal sealed class RequestStream(Stream client, ConnectionOutput answers) : OneWayStream
{
    /// <summary>The connection itself.</summary>
    public Stream Client => client;

    public override bool CanRead => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return answers.WaitingBytes == 0 ? client.ReadAsync(buffer, cancellationToken) : AnswerFirstAsync();

        async ValueTask<int> AnswerFirstAsync()
        {
            await answers.FlushAsync(cancellationToken).ConfigureAwait(false);
            return await client.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
    }
}
