using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Farm.Benchmarks.Measuring;

/// <summary>A client's side of a connection to a daemon, Nix's or Farm's. For one caller at a time.</summary>
/// <remarks>Shape: Nix's worker protocol 1.21, numbers of 8 bytes in little-endian order, texts padded to 8 bytes. Source:
/// Nix's <c>libstore/worker-protocol.hh</c>.</remarks>
internal sealed class DaemonConnection : IDisposable
{
    private const ulong ClientMagic = 0x6e697863;
    private const ulong ServerMagic = 0x6478696f;
    private const ulong ClientVersion = 0x115;
    private const ulong LastMessage = 0x616c7473;
    private const ulong QueryPathInfo = 26;
    private const ulong QueryPathFromHashPart = 29;
    private const ulong NarFromPath = 38;
    private const int BufferBytes = 64 * 1024;

    private readonly BufferedStream _input;
    private readonly BinaryReader _output;

    private DaemonConnection(Stream input, Stream output)
    {
        _input = new(input, BufferBytes);
        _output = new(new BufferedStream(output, BufferBytes));
    }

    /// <summary>Shakes hands; the daemon has opened the store when this returns.</summary>
    /// <param name="input">What the daemon reads.</param>
    /// <param name="output">What it writes.</param>
    public static DaemonConnection Begin(Stream input, Stream output)
    {
        var daemon = new DaemonConnection(input, output);
        daemon.Write(ClientMagic);
        daemon._input.Flush();
        Expect(ServerMagic, daemon._output.ReadUInt64());
        daemon._output.ReadUInt64(); // Its version: all speak ours as well.
        daemon.Write(ClientVersion);
        daemon.Write(0); // No wish for a processor.
        daemon.Write(0); // No reserved space.
        daemon._input.Flush();
        Expect(LastMessage, daemon._output.ReadUInt64());
        return daemon;
    }

    /// <summary>Connects to the socket of one that runs.</summary>
    public static async Task<DaemonConnection> ConnectAsync(string socketPath, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return await Task.Run(() => Begin(stream, stream), ct);
    }

    /// <summary>Asks for a path's archive and reads nothing of it: the daemon stays busy until the connection ends.</summary>
    public void BeginDump(string path)
    {
        Write(NarFromPath);
        Write(path);
        _input.Flush();
        Expect(LastMessage, _output.ReadUInt64());
    }

    /// <summary>Asks for the path of every hash part, without waiting for one answer before the next question.</summary>
    /// <returns>How many were found.</returns>
    public Task<int> FindAsync(IReadOnlyList<string> hashParts, CancellationToken ct) =>
        AskAsync(QueryPathFromHashPart, hashParts, () => ReadText().Length > 0, ct);

    /// <summary>Asks for all that is recorded of every path, in the same way.</summary>
    /// <returns>How many were found.</returns>
    public Task<int> QueryAsync(IReadOnlyList<string> paths, CancellationToken ct) =>
        AskAsync(QueryPathInfo, paths, ReadPathInfo, ct);

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
    }

    private async Task<int> AskAsync(
        ulong operation,
        IReadOnlyList<string> questions,
        Func<bool> readAnswer,
        CancellationToken ct
    )
    {
        var asking = Task.Run(
            () =>
            {
                foreach (var question in questions)
                {
                    Write(operation);
                    Write(question);
                }
                _input.Flush();
            },
            ct
        );
        var found = await Task.Run(
            () =>
                questions.Count(_ =>
                {
                    Expect(LastMessage, _output.ReadUInt64());
                    return readAnswer();
                }),
            ct
        );
        await asking;
        return found;
    }

    private bool ReadPathInfo()
    {
        if (_output.ReadUInt64() == 0)
            return false;
        ReadText(); // Deriver.
        ReadText(); // Hash of the archive.
        ReadTexts(); // References.
        _output.ReadUInt64(); // Registration time.
        _output.ReadUInt64(); // Length of the archive.
        _output.ReadUInt64(); // Whether it was built here.
        ReadTexts(); // Signatures.
        ReadText(); // Content address.
        return true;
    }

    private void ReadTexts()
    {
        for (var left = _output.ReadUInt64(); left > 0; left--)
            ReadText();
    }

    private string ReadText()
    {
        var length = (int)_output.ReadUInt64();
        return Encoding.UTF8.GetString(_output.ReadBytes((length + 7) / 8 * 8).AsSpan(0, length));
    }

    private void Write(ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        _input.Write(bytes);
    }

    private void Write(string text)
    {
        var bytes = new byte[(text.Length + 7) / 8 * 8];
        Encoding.ASCII.GetBytes(text, bytes);
        Write((ulong)text.Length);
        _input.Write(bytes);
    }

    private static void Expect(ulong expected, ulong found)
    {
        if (found != expected)
            throw new InvalidOperationException($"The daemon sent {found:x}, not {expected:x}.");
    }
}
