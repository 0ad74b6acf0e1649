using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>What is said with the helper's process of one build.</summary>
/// <remarks>Shape: see <c>Channel</c> of the helper. Disposing ends the build if it still runs, and waits for that.</remarks>
internal sealed class SandboxConnection : IAsyncDisposable
{
    private const int HeaderBytes = 5;
    private const byte Log = 1;
    private const byte Result = 2;
    private const byte Started = 3;
    private const byte Shown = 4;
    private const int MaxFrameBytes = 64 << 10;

    /// <summary>How long a build's process may take to end a build that is not wanted before it is killed itself.</summary>
    private static readonly TimeSpan s_cancelGrace = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[HeaderBytes + MaxFrameBytes];
    private readonly Task _specified;
    private int _process;
    private bool _isOver;

    private SandboxConnection(Socket socket, ReadOnlyMemory<byte> command)
    {
        _socket = socket;
        _specified = WriteAsync(command);
    }

    /// <param name="command">The specification, which is sent before anybody answers.</param>
    /// <returns>Null where no process answers on the connection, which is closed then.</returns>
    public static async Task<SandboxConnection?> TryOpenAsync(
        Socket socket,
        ReadOnlyMemory<byte> command,
        CancellationToken ct
    )
    {
        var connection = new SandboxConnection(socket, command);
        try
        {
            if (await connection.ReadAsync(ct).ConfigureAwait(false) is (Started, var bytes))
            {
                connection._process = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
                return connection;
            }
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
        socket.Dispose();
        return null;
    }

    /// <summary>Runs one build to its end.</summary>
    /// <param name="log">Takes the output as it comes; the memory is valid until the task it returns has ended.</param>
    /// <param name="door">Is open while the builder runs.</param>
    /// <returns>Null when it was cancelled.</returns>
    /// <exception cref="SandboxException">The build's process broke off.</exception>
    public async Task<SandboxResult?> RunAsync(
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        SandboxDoor? door,
        CancellationToken ct
    )
    {
        await using var cancel = ct.UnsafeRegister(
                static connection => ((SandboxConnection)connection!).SayUnwanted(),
                this
            )
            .ConfigureAwait(false);
        await _specified.ConfigureAwait(false);
        using var opening = door?.Open(WriteAsync);
        while (true)
        {
            switch (await ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                case (Log, var bytes):
                    await log(bytes).ConfigureAwait(false);
                    break;
                case (Result, var bytes):
                    _isOver = true;
                    return SandboxReport.Read(Encoding.UTF8.GetString(bytes.Span));
                case (Shown, var bytes):
                    door?.Answer(Encoding.UTF8.GetString(bytes.Span));
                    break;
                case null when ct.IsCancellationRequested:
                    return null;
                case null:
                    throw new SandboxException("farm-sandbox ended without a result: it was killed, or it broke off.");
                case var (kind, _):
                    throw new SandboxException($"farm-sandbox sent a frame of the unknown kind {kind}.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOver)
            await EndAsync().ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task EndAsync()
    {
        SayUnwanted();
        using var grace = new CancellationTokenSource(s_cancelGrace);
        try
        {
            while (await ReadAsync(grace.Token).ConfigureAwait(false) is not null) { }
        }
        catch (OperationCanceledException)
        {
            // The build dies with its process: the sandbox's first process asked the kernel for that.
            HelperCalls.Kill(_process);
            while (await ReadAsync(CancellationToken.None).ConfigureAwait(false) is not null) { }
        }
    }

    private void SayUnwanted()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>One at a time.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> command)
    {
        try
        {
            while (!command.IsEmpty)
                command = command[await _socket.SendAsync(command, CancellationToken.None).ConfigureAwait(false)..];
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended early, or the build is not wanted any more; what it answers says which.
        }
    }

    /// <summary>Null at the end of what comes.</summary>
    private async ValueTask<(byte Kind, ReadOnlyMemory<byte> Bytes)?> ReadAsync(CancellationToken ct)
    {
        if (!await FillAsync(_buffer.AsMemory(0, HeaderBytes), ct).ConfigureAwait(false))
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(1));
        if (length is < 0 or > MaxFrameBytes)
            throw new SandboxException($"farm-sandbox sent a frame of {length} bytes; {MaxFrameBytes} is the limit.");
        var bytes = _buffer.AsMemory(HeaderBytes, length);
        return await FillAsync(bytes, ct).ConfigureAwait(false) ? (_buffer[0], bytes) : null;
    }

    private async ValueTask<bool> FillAsync(Memory<byte> bytes, CancellationToken ct)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var count = await _socket.ReceiveAsync(bytes, ct).ConfigureAwait(false);
                if (count == 0)
                    return false;
                bytes = bytes[count..];
            }
            return true;
        }
        catch (SocketException)
        {
            return false; // It was killed with something unread.
        }
    }
}
