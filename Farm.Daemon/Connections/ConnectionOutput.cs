using System.Net.Sockets;
using Farm.Store.Wire;

namespace Farm.Daemon.Connections;

/// <summary>All that goes to one client, in order. What several write while something is being sent goes out together.</summary>
/// <remarks>Once the client is gone, what is written vanishes, and <see cref="FlushAsync"/> throws.</remarks>
internal sealed class ConnectionOutput(Stream stream)
{
    /// <summary>With more than this waiting, whoever logs waits for the client to read.</summary>
    private const int MostWaitingBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private PooledBuffer _waiting = new();
    private PooledBuffer _sent = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private Exception? _failure;

    /// <summary>Whether log frames may be sent now: a client reads them only while it waits for an answer.</summary>
    private bool _isWorking;

    /// <summary>What was written and is not being sent yet.</summary>
    public int WaitingBytes
    {
        get
        {
            lock (_gate)
                return _waiting.Length;
        }
    }

    /// <summary>Writes; sends nothing yet.</summary>
    public void Write(Action<WireWriter> write)
    {
        lock (_gate)
            Append(write);
    }

    /// <summary>Log frames go out from here on.</summary>
    public void BeginWork()
    {
        lock (_gate)
            _isWorking = true;
    }

    /// <summary>Writes how the work ended; log frames that come later are dropped.</summary>
    public void EndWork(Action<WireWriter> write)
    {
        lock (_gate)
        {
            _isWorking = false;
            Append(write);
        }
    }

    /// <summary>Sends a log frame if one may be sent now.</summary>
    public async ValueTask LogAsync(ProtocolVersion version, LogFrame frame, CancellationToken ct)
    {
        Task sending;
        lock (_gate)
        {
            if (!_isWorking || _failure is not null)
                return;
            Append(writer => writer.WriteLogFrame(version, frame));
            sending = Send();
            if (_waiting.Length <= MostWaitingBytes)
                return;
        }
        await sending.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Waits until all that was written is sent.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        Task sending;
        lock (_gate)
            sending = Send();
        await sending.WaitAsync(ct).ConfigureAwait(false);
        if (_failure is { } failure)
            throw new IOException("The client is gone.", failure);
    }

    /// <summary>Sends bytes right from where they are, after all that was written.</summary>
    public async ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        await stream.WriteAsync(bytes, ct).ConfigureAwait(false);
    }

    private void Append(Action<WireWriter> write)
    {
        if (_failure is null)
            write(new WireWriter(_waiting));
    }

    private Task Send()
    {
        if (_isSending || _waiting.Length == 0)
            return _sending;
        _isSending = true;
        return _sending = SendAllAsync();
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Length == 0)
                {
                    _isSending = false;
                    return;
                }
                (_waiting, _sent) = (_sent, _waiting);
            }
            try
            {
                await stream.WriteAsync(_sent.Written, CancellationToken.None).ConfigureAwait(false);
                await stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                _sent.Release();
            }
            catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
            {
                lock (_gate)
                {
                    (_failure, _isSending) = (failure, false);
                    _waiting.Release();
                    _sent.Release();
                    return;
                }
            }
        }
    }
}
