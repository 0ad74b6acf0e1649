using System.Net.Sockets;
using Farm.Fuzz.Engine;
using Farm.Store.Wire;

namespace Farm.Fuzz.Daemons;

/// <summary>A client that keeps to the protocol, on one connection for as long as others break it.</summary>
internal sealed class HealthyClient : IDisposable
{
    private const ulong ClientMagic = 0x6e697863;
    private const ulong ServerMagic = 0x6478696f;
    private const ulong Last = 0x616c7473;
    private const ulong Version = 0x122;
    private const ulong IsValidPath = 1;
    private const ulong AddTextToStore = 8;
    private const string Law = "a session beside is not disturbed";

    private readonly NetworkStream _stream;
    private readonly WireReader _reader;
    private string? _path;

    private HealthyClient(Socket socket)
    {
        _stream = new(socket, ownsSocket: true);
        _reader = new(_stream);
    }

    public static async Task<HealthyClient> ConnectAsync(FuzzedDaemon daemon)
    {
        var client = new HealthyClient(await daemon.ConnectAsync(FuzzedClient.Other));
        await client.SendAsync(writer =>
        {
            writer.WriteNumber(ClientMagic);
            writer.WriteNumber(Version);
            writer.WriteNumber(0);
            writer.WriteNumber(0);
        });
        LawBrokenException.Unless(await client.NumberAsync() == ServerMagic, Law);
        await client.NumberAsync(); // the daemon's version
        await client.TextAsync(); // in words
        LawBrokenException.Unless(await client.NumberAsync() == Last, Law);
        return client;
    }

    /// <summary>Adds a text, which has the same path each time, and finds it valid.</summary>
    /// <exception cref="LawBrokenException">The daemon answers something else.</exception>
    public async Task CheckAsync()
    {
        await SendAsync(writer =>
        {
            writer.WriteNumber(AddTextToStore);
            writer.WriteText("healthy");
            writer.WriteText("as always");
            writer.WriteNumber(0);
        });
        LawBrokenException.Unless(await NumberAsync() == Last, Law);
        var path = await TextAsync();
        _path ??= path;
        LawBrokenException.Unless(path == _path, Law);
        await SendAsync(writer =>
        {
            writer.WriteNumber(IsValidPath);
            writer.WriteText(path);
        });
        LawBrokenException.Unless(await NumberAsync() == Last && await NumberAsync() == 1, Law);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private async Task SendAsync(Action<WireWriter> write)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        write(new WireWriter(bytes));
        await _stream.WriteAsync(bytes.WrittenMemory);
    }

    private ValueTask<ulong> NumberAsync() => _reader.ReadNumberAsync(CancellationToken.None);

    private ValueTask<string> TextAsync() => _reader.ReadTextAsync(CancellationToken.None);
}
