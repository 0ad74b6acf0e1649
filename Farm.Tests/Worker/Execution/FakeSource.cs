using System.Collections.Concurrent;
using System.Net;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

/// <summary>A cache over a store in memory, which can be made to lie, to break, and to wait.</summary>
internal sealed class FakeSource(FakeStore store) : INarSource
{
    /// <summary>NARs that were asked for.</summary>
    public ConcurrentQueue<StorePath> Opened { get; } = new();

    /// <summary>What it answers instead of the NAR; null when it is honest.</summary>
    public byte[]? Lie { get; set; }

    /// <summary>How many of the next answers are an error of the server.</summary>
    public int Outages { get; set; }

    /// <summary>A NAR comes only when this has ended.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) => store.QueryAsync(path, ct);

    public async Task<Stream> OpenNarAsync(PathInfo path, CancellationToken ct)
    {
        Opened.Enqueue(path.Path);
        await Gate.WaitAsync(ct);
        if (Outages-- > 0)
            throw new HttpRequestException("out of order", null, HttpStatusCode.ServiceUnavailable);
        if (await store.QueryAsync(path.Path, ct) is null)
            throw new HttpRequestException("not here", null, HttpStatusCode.NotFound);
        return new MemoryStream(Lie ?? store.NarOf(path.Path));
    }
}
