using System.Buffers.Binary;
using System.Text.Json;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Connections;

/// <summary>What real Nix 2.8 once sent to its daemon is sent again, byte by byte, and answered as often and as well.</summary>
public sealed class RecordedSessionTests
{
    /// <summary>Sessions that bring with them what they ask for, or ask for what may be missing.</summary>
    [Theory]
    [InlineData("add-to-store-flat")]
    [InlineData("add-to-store-nar")]
    [InlineData("copy-from-cache")]
    [InlineData("path-info")]
    [InlineData("path-info-invalid")]
    [InlineData("query-referrers")]
    [InlineData("verify")]
    [InlineData("build-simple")]
    [InlineData("build-failing")]
    public async Task A_recorded_client_is_answered(string session)
    {
        await using var store = await TemporaryStore.OpenAsync();
        await using var daemon = await SessionHarness.StartAsync(store);
        var messages = Read(session);
        await using var client = await WireClient.ConnectRawAsync(daemon.SocketPath, StoreDir.Default);
        var answers = new MemoryStream();
        foreach (var (isClient, bytes) in messages)
        {
            if (isClient)
                await client.SendAsync(writer => writer.WriteRaw(bytes));
        }
        client.EndSending();
        await client.CopyRestAsync(answers);
        var recorded = messages.Where(message => !message.IsClient).SelectMany(message => message.Bytes).ToArray();
        Assert.Equal(Count(recorded, StderrFrame.Last), Count(answers.ToArray(), StderrFrame.Last));
        Assert.Equal(Count(recorded, StderrFrame.Error), Count(answers.ToArray(), StderrFrame.Error));
    }

    private static List<(bool IsClient, byte[] Bytes)> Read(string session)
    {
        using var document = JsonDocument.Parse(Vectors.Read("protocol", "worker-1.34-transcripts", $"{session}.json"));
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(message =>
                    (
                        message.GetProperty("from").GetString() == "client",
                        Convert.FromHexString(message.GetProperty("hex").GetString()!)
                    )
                ),
        ];
    }

    /// <summary>Everything on the wire is a multiple of eight bytes long, but for archives that are sent as they are, and those are too.</summary>
    private static int Count(byte[] bytes, ulong word)
    {
        var count = 0;
        for (var at = 0; at + 8 <= bytes.Length; at += 8)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)) == word)
                count++;
        }
        return count;
    }
}
