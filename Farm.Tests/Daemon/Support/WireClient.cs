using System.Buffers;
using System.Net.Sockets;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Tests.Daemon.Support;

/// <summary>A client of a daemon, of any version, that sends just what a test says.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;

    private WireClient(NetworkStream stream, StoreDir storeDir)
    {
        _stream = stream;
        Reader = new WireReader(stream);
        Terms = new ProtocolTerms(storeDir, default);
    }

    public WireReader Reader { get; }

    public ProtocolTerms Terms { get; private set; }

    /// <summary>What the daemon said of itself in the handshake.</summary>
    public string VersionText { get; private set; } = "";

    /// <summary>The trust field of the handshake; null before 1.35.</summary>
    public ulong? Trust { get; private set; }

    public List<string> OfferedFeatures { get; } = [];

    /// <summary>The texts that came with the last answer.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The frames other than texts that came with the last answer: kind and number of the activity.</summary>
    public List<(ulong Kind, ulong Activity)> Frames { get; } = [];

    public static async Task<WireClient> ConnectRawAsync(string socket, StoreDir storeDir)
    {
        var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await peer.ConnectAsync(new UnixDomainSocketEndPoint(socket));
        return new WireClient(new NetworkStream(peer, ownsSocket: true), storeDir);
    }

    public static async Task<WireClient> ConnectAsync(DaemonHarness daemon, byte minor, params string[] features)
    {
        var client = await ConnectRawAsync(daemon.SocketPath, daemon.Store.StoreDir);
        await client.ShakeHandsAsync(minor, features);
        return client;
    }

    /// <summary>Connects and shakes hands, at a socket of any owner.</summary>
    public static async Task<WireClient> ConnectAsync(
        string socket,
        StoreDir storeDir,
        byte minor,
        params string[] features
    )
    {
        var client = await ConnectRawAsync(socket, storeDir);
        await client.ShakeHandsAsync(minor, features);
        return client;
    }

    /// <summary>The client's end.</summary>
    public Socket Socket => _stream.Socket;

    public ValueTask SendAsync(Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return _stream.WriteAsync(output.WrittenMemory);
    }

    /// <summary>Sends an operation with its arguments.</summary>
    public ValueTask AskAsync(WorkerOperation operation, Action<WireWriter>? write = null) =>
        SendAsync(writer =>
        {
            writer.WriteNumber((ulong)operation);
            write?.Invoke(writer);
        });

    /// <summary>Sends an operation and reads up to its answer.</summary>
    /// <returns>Null when the answer follows, or the error.</returns>
    public async Task<string?> CallAsync(WorkerOperation operation, Action<WireWriter>? write = null)
    {
        await AskAsync(operation, write);
        return await AnswerAsync();
    }

    /// <summary>Sends bytes as frames of several sizes, and the end.</summary>
    public static void WriteFrames(WireWriter writer, ReadOnlySpan<byte> bytes)
    {
        for (var size = 1; !bytes.IsEmpty; size = (size * 7) + 3)
        {
            var piece = bytes[..Math.Min(size, bytes.Length)];
            writer.WriteNumber((ulong)piece.Length);
            writer.WriteRaw(piece);
            bytes = bytes[piece.Length..];
        }
        writer.WriteNumber(0);
    }

    /// <summary>Reads what comes before an answer.</summary>
    /// <param name="pull">Gives bytes when the daemon asks for some.</param>
    public async Task<string?> AnswerAsync(Func<int, ReadOnlyMemory<byte>>? pull = null)
    {
        Lines.Clear();
        Frames.Clear();
        while (true)
        {
            switch (await Reader.ReadNumberAsync(default))
            {
                case StderrFrame.Last:
                    return null;
                case StderrFrame.Error:
                    return await ErrorAsync();
                case StderrFrame.Next:
                    Lines.Add(await Reader.ReadTextAsync(default));
                    break;
                case StderrFrame.Read:
                    var most = (int)await Reader.ReadNumberAsync(default);
                    var piece = pull!(most); // Only sent where a test expects it.
                    await SendAsync(writer => writer.WriteBytes(piece.Span));
                    break;
                case StderrFrame.StartActivity:
                    Frames.Add((StderrFrame.StartActivity, await Reader.ReadNumberAsync(default)));
                    await Reader.ReadNumberAsync(default);
                    await Reader.ReadNumberAsync(default);
                    await Reader.ReadTextAsync(default);
                    await FieldsAsync();
                    await Reader.ReadNumberAsync(default);
                    break;
                case StderrFrame.StopActivity:
                    Frames.Add((StderrFrame.StopActivity, await Reader.ReadNumberAsync(default)));
                    break;
                case StderrFrame.Result:
                    Frames.Add((StderrFrame.Result, await Reader.ReadNumberAsync(default)));
                    await Reader.ReadNumberAsync(default);
                    await FieldsAsync();
                    break;
                case var other:
                    throw new InvalidOperationException($"no frame is 0x{other:x}");
            }
        }
    }

    /// <summary>Whether the daemon has closed the connection, with nothing more before.</summary>
    public async Task<bool> IsClosedAsync() => await Reader.TryReadNumberAsync(default) is null;

    /// <summary>Says that nothing more is sent.</summary>
    public void EndSending() => _stream.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Takes all that the daemon sends until it closes the connection.</summary>
    public async Task CopyRestAsync(Stream destination) => await _stream.CopyToAsync(destination);

    public async ValueTask DisposeAsync()
    {
        Reader.Dispose();
        await _stream.DisposeAsync();
    }

    private async Task ShakeHandsAsync(byte minor, string[] features)
    {
        var version = new ProtocolVersion(1, minor);
        await SendAsync(writer => writer.WriteNumber(HandshakeWire.ClientMagic));
        Assert.Equal(HandshakeWire.DaemonMagic, await Reader.ReadNumberAsync(default));
        Assert.Equal(ProtocolVersion.NewestWorker.Number, await Reader.ReadNumberAsync(default));
        await SendAsync(writer => writer.WriteNumber(version.Number));
        if (minor >= 38)
        {
            await SendAsync(writer => writer.WriteTexts(features));
            OfferedFeatures.AddRange(await Reader.ReadTextsAsync(default));
        }
        await SendAsync(writer =>
        {
            writer.WriteNumber(0);
            writer.WriteNumber(0);
        });
        if (minor >= 33)
            VersionText = await Reader.ReadTextAsync(default);
        if (minor >= 35)
            Trust = await Reader.ReadNumberAsync(default);
        Terms = Terms with
        {
            Version = version,
            Features = ProtocolFeatureNames.Known(features.Intersect(OfferedFeatures)),
        };
        Assert.Null(await AnswerAsync());
    }

    private async Task<string> ErrorAsync()
    {
        if (!Terms.IsAtLeast(26))
        {
            var text = await Reader.ReadTextAsync(default);
            Assert.Equal(1UL, await Reader.ReadNumberAsync(default));
            return text;
        }
        Assert.Equal("Error", await Reader.ReadTextAsync(default));
        Assert.Equal(0UL, await Reader.ReadNumberAsync(default));
        Assert.Equal("Error", await Reader.ReadTextAsync(default));
        var message = await Reader.ReadTextAsync(default);
        Assert.Equal(0UL, await Reader.ReadNumberAsync(default));
        Assert.Equal(0UL, await Reader.ReadNumberAsync(default));
        return message;
    }

    private async Task FieldsAsync()
    {
        var count = await Reader.ReadNumberAsync(default);
        for (var i = 0UL; i < count; i++)
        {
            if (await Reader.ReadNumberAsync(default) == 0)
                await Reader.ReadNumberAsync(default);
            else
                await Reader.ReadTextAsync(default);
        }
    }
}
