using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Farm.Fuzz.Daemons;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Targets;

/// <summary>What a client sends to a daemon: the whole of one connection. A real daemon serves it, and several at once.</summary>
/// <remarks>There is nothing to refuse: whatever is sent, the connection ends, and nobody else is harmed.</remarks>
public abstract partial class ProtocolTarget : FuzzTarget
{
    private const int ConnectionsAtOnce = 3;
    private const int InputsOfOneDaemon = 2000;
    private const int InputsBetweenCounts = 200;
    private const int SmallestChunkBytes = 8;
    private const ulong MostLetters = 4096;

    private static readonly ulong[] s_operations = [.. Enumerable.Range(1, 48).Select(number => (ulong)number)];

    private static readonly string[] s_texts =
    [
        "/nix/store/11111111111111111111111111111111-x",
        "/nix/store/11111111111111111111111111111111-x.drv!out",
        "11111111111111111111111111111111",
        "sha256:0000000000000000000000000000000000000000000000000000",
        "fixed:r:sha256",
        "text:sha256",
        "name-1:AAAA",
        "nix-archive-1",
        "substituters",
        "",
    ];

    private IReadOnlyList<byte[]>? _words;
    private FuzzedDaemon? _daemon;
    private HealthyClient? _healthy;
    private ProcessState? _before;
    private int _inputs;

    public override TimeSpan TimeLimit => TimeSpan.FromMinutes(2);

    public override bool IsOnOneThread => false;

    public override int TestedMutations => 30;

    public override IReadOnlyList<byte[]> Words =>
        _words ??= [
            .. s_operations.Select(Number),
            .. new ulong[] { 0, 0x6e697863, 0x122, 0x115, 0x126, 0x123, uint.MaxValue, ulong.MaxValue }.Select(Number),
            .. s_texts.Concat(Texts).Select(Text),
        ];

    /// <summary>Strings that mean something to this target's daemon.</summary>
    protected virtual IReadOnlyList<string> Texts => [];

    /// <summary>A greeting and some operations with arguments of the right kinds.</summary>
    public override byte[] Generate(Random random)
    {
        var session = new List<byte[]>
        {
            Number(0x6e697863),
            Number(Targets.Words.Pick(random, 0x122UL, 0x115UL, 0x120UL, 0x125UL)),
            Number(0),
            Number(0),
        };
        for (var count = random.Next(6); count > 0; count--)
        {
            session.Add(Number(Targets.Words.Pick(random, s_operations)));
            for (var argument = random.Next(5); argument > 0; argument--)
                session.Add(random.Next(2) == 0 ? Number((ulong)random.Next(4)) : Text(Argument(random)));
        }
        return Join(session);
    }

    private string Argument(Random random) =>
        Texts.Count > 0 && random.Next(2) == 0
            ? Targets.Words.Pick(random, Texts)
            : $"/nix/store/{Targets.Words.Path(random)}";

    /// <summary>Numbers, and strings with their lengths.</summary>
    public override IReadOnlyList<byte[]> Divide(byte[] input)
    {
        var pieces = new List<byte[]>();
        for (var at = 0; at < input.Length; )
        {
            var end = Math.Min(at + 8, input.Length);
            if (end - at == 8)
            {
                var length = BinaryPrimitives.ReadUInt64LittleEndian(input.AsSpan(at));
                var padded = (length + 7) & ~7UL;
                // Short ones are numbers more often.
                if (
                    length is > 2 and <= MostLetters
                    && padded <= (ulong)(input.Length - end)
                    && IsText(input.AsSpan(end, (int)length))
                )
                    end += (int)padded;
            }
            pieces.Add(input[at..end]);
            at = end;
        }
        return pieces;
    }

    public override async ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var daemon = await DaemonAsync();
        var answer = await ConverseAsync(daemon, input, input.Length, Who(input, connection: 0));
        traits.Add(Traits.Count("answer", answer.Length));
        foreach (Match words in Sentence().Matches(Encoding.Latin1.GetString(answer)))
            traits.Add(Detail().Replace(words.Value, "…"));
    }

    public override async ValueTask CheckAsync(byte[] input)
    {
        var daemon = await DaemonAsync();
        await Task.WhenAll(
            Enumerable
                .Range(1, ConnectionsAtOnce)
                .Select(
                    Task (number) =>
                        ConverseAsync(daemon, input, SmallestChunkBytes * number * number, Who(input, number))
                )
                .Append(HealthyAsync())
        );
        await DrainAsync(daemon);
        if (++_inputs % InputsBetweenCounts == 0)
        {
            if (_before is null)
                _before = new();
            else
                _before.Check();
        }
        if (_inputs % InputsOfOneDaemon == 0)
            await EndAsync(); // What was added would fill the disk.
    }

    public override async ValueTask EndAsync()
    {
        _healthy?.Dispose();
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        (_daemon, _healthy, _before) = (null, null, null);
    }

    private async Task HealthyAsync()
    {
        if (_healthy is { } healthy)
            await healthy.CheckAsync();
    }

    private async Task<FuzzedDaemon> DaemonAsync()
    {
        if (_daemon is not null)
            return _daemon;
        _daemon = await FuzzedDaemon.StartAsync();
        _healthy = await HealthyClient.ConnectAsync(_daemon);
        return _daemon;
    }

    /// <summary>As whom an input is sent.</summary>
    /// <param name="input">The input.</param>
    /// <param name="connection">0, or the number of one of several at once.</param>
    private protected abstract FuzzedClient Who(byte[] input, int connection);

    /// <summary>Looks at what the daemon has said.</summary>
    /// <exception cref="LawBrokenException">It should not have.</exception>
    protected virtual void CheckAnswer(byte[] input, byte[] answer) { }

    /// <summary>Sends all, says that nothing follows, and reads until the daemon ends the connection.</summary>
    private async Task<byte[]> ConverseAsync(FuzzedDaemon daemon, byte[] input, int chunkBytes, FuzzedClient who)
    {
        using var socket = await daemon.ConnectAsync(who);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        using var answer = new MemoryStream();
        var reading = ReadToEndAsync(stream, answer);
        try
        {
            for (var at = 0; at < input.Length; at += chunkBytes)
                await stream.WriteAsync(input.AsMemory(at, Math.Min(chunkBytes, input.Length - at)));
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // The daemon has heard enough.
        }
        await reading;
        var said = answer.ToArray();
        CheckAnswer(input, said);
        return said;
    }

    private static async Task ReadToEndAsync(NetworkStream stream, MemoryStream answer)
    {
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // It was closed while something of ours was on its way.
        }
    }

    /// <summary>Waits until only the healthy client is connected.</summary>
    private static async Task DrainAsync(FuzzedDaemon daemon)
    {
        using var patience = new CancellationTokenSource(InputCheck.TimeLimit);
        while (daemon.Connections > 1)
        {
            LawBrokenException.Unless(!patience.IsCancellationRequested, "no session is left when its client is gone");
            await Task.Delay(1);
        }
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static byte[] Number(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[(text.Length + 7) & ~7];
        Encoding.ASCII.GetBytes(text, bytes);
        return [.. Number((ulong)text.Length), .. bytes];
    }

    [GeneratedRegex("[ -~]{10,200}")]
    private static partial Regex Sentence();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"|[0-9]+|[0-9a-z]{32}[^ ]*")]
    private static partial Regex Detail();
}
