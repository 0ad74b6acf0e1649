using System.Collections.Concurrent;
using Farm.Store;
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

    public async Task<NarInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        await store.QueryAsync(path, ct) is { } info
            ? new NarInfo
            {
                Info = info,
                Url = $"nar/{path.Hash}.nar",
                Compression = "none",
            }
            : null;

    public async Task<PathInfo> CopyAsync(NarInfo path, IStore into, CancellationToken ct)
    {
        Opened.Enqueue(path.Info.Path);
        await Gate.WaitAsync(ct);
        if (Outages-- > 0)
            throw new TransferException("out of order", isTransient: true);
        if (await store.QueryAsync(path.Info.Path, ct) is null)
            throw new TransferException("not here", isTransient: false);
        return await into.AddFromNarAsync(path.Info, new MemoryStream(Lie ?? store.NarOf(path.Info.Path)), ct);
    }
}
