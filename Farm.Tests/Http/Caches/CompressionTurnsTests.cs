using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.PathInfos;

namespace Farm.Tests.Http.Caches;

public sealed class CompressionTurnsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_client_that_does_not_read_keeps_no_others_from_being_served()
    {
        await using var cache = await ServedCache.StartAsync(settings =>
            settings with
            {
                Limits = settings.Limits with { MaxCompressions = 1, MemoryBytes = 0 },
            }
        );
        var large = await AddAsync(cache, "large", 24 << 20);
        var small = await AddAsync(cache, "small", 1 << 20);

        using var slow = new TcpClient();
        await slow.ConnectAsync(cache.Address.Host, cache.Address.Port);
        var connection = slow.GetStream();
        var file = $"nar/{NarFileName.Of(large, NarCompression.Zstd)}";
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET /{file} HTTP/1.0\r\n\r\n"));
        Assert.Equal((byte)'H', connection.ReadByte());

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(await cache.NarOfAsync(small), await GetAsync(cache, small, patience.Token));

        var rest = new MemoryStream();
        await connection.CopyToAsync(rest, patience.Token);
        var bytes = rest.ToArray();
        var body = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        Assert.Equal(
            await cache.NarOfAsync(large),
            await ServedCache.DecompressedAsync(NarCompression.Zstd, bytes[body..])
        );
    }

    [Fact]
    public async Task Who_waits_for_its_client_goes_on_when_the_turn_is_free_again()
    {
        using var turns = new CompressionTurns(1);
        var first = await turns.TakeAsync(s_ct);
        var second = turns.TakeAsync(s_ct);
        Assert.False(second.IsCompleted);
        var client = new TaskCompletionSource();
        var lent = first.LendWhileAsync(new ValueTask(client.Task), s_ct).AsTask();
        var taken = await second;
        client.SetResult();
        await Task.Yield();
        Assert.False(lent.IsCompleted);
        taken.Dispose();
        await lent;
        var third = turns.TakeAsync(s_ct);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task A_turn_whose_client_has_gone_is_not_given_back_twice()
    {
        using var turns = new CompressionTurns(1);
        var first = await turns.TakeAsync(s_ct);
        await Assert.ThrowsAsync<IOException>(() =>
            first.LendWhileAsync(ValueTask.FromException(new IOException("gone")), s_ct).AsTask()
        );
        first.Dispose();
        using var second = await turns.TakeAsync(s_ct);
        Assert.False(turns.TakeAsync(s_ct).IsCompleted);
    }

    [Fact]
    public async Task So_many_are_under_way_at_most()
    {
        using var turns = new CompressionTurns(1);
        var client = new TaskCompletionSource();
        var underWay = new List<CompressionTurn>();
        while (turns.TakeAsync(s_ct) is { IsCompleted: true } taken)
        {
            underWay.Add(await taken);
            _ = underWay[^1].LendWhileAsync(new ValueTask(client.Task), s_ct).AsTask();
        }
        Assert.Equal(8, underWay.Count);
    }

    private static async Task<PathInfo> AddAsync(ServedCache cache, string name, int bytes)
    {
        var file = cache.Work(name);
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(bytes));
        return await cache.AddFilesAsync(name, file);
    }

    private static async Task<byte[]> GetAsync(ServedCache cache, PathInfo info, CancellationToken ct)
    {
        var address = new Uri(cache.Address, $"nar/{NarFileName.Of(info, NarCompression.Zstd)}");
        return await ServedCache.DecompressedAsync(
            NarCompression.Zstd,
            await cache.Http.GetByteArrayAsync(address, ct)
        );
    }
}
