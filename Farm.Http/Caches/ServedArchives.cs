using System.IO.Pipelines;
using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Streams;

namespace Farm.Http.Caches;

/// <summary>Archives of a store as they are sent: made from its files, or from memory where they were sent before.</summary>
/// <remarks>Without compression an archive is kept the second time that it is asked for, as making one costs little more than keeping
/// it; compressed ones at once. Only what has the hash that is recorded is kept.</remarks>
public sealed class ServedArchives : IDisposable
{
    private readonly CacheSettings _settings;
    private readonly StoreDir _storeDir;
    private readonly ArchiveMemory _memory;
    private readonly CompressionTurns _turns;

    internal ServedArchives(StoreDir storeDir, CacheSettings settings)
    {
        (_storeDir, _settings, _memory) = (storeDir, settings, new(settings.Limits.MemoryBytes));
        _turns = new(settings.Limits.MaxCompressions);
    }

    /// <summary>An archive from memory, brought there where that is worth it; null where it is to be sent from the files.</summary>
    /// <exception cref="StoreException.HashMismatch">The files are damaged.</exception>
    /// <exception cref="StoreException.FileSystem">They cannot be read.</exception>
    public async Task<KeptArchive?> BringAsync(StoreNar nar, CancellationToken ct)
    {
        var name = new ArchiveName(nar.Info.NarHash, NarCompression.None);
        if (_memory.Find(name) is { } kept)
            return kept;
        var size = nar.Info.NarSizeBytes;
        if (size > _memory.LargestBytes || !_memory.IsAskedAgain(name))
            return null;
        using var room = _memory.TryReserve(name, size);
        if (room is null)
            return null;
        var bytes = new byte[size];
        var pipe = PipeWriter.Create(new MemoryStream(bytes));
        await nar.SendAsync(0, size, pipe, ct).ConfigureAwait(false);
        await pipe.CompleteAsync().ConfigureAwait(false);
        nar.Info.RequireNarHash(_storeDir, Sha256Digest.Compute(bytes));
        return room.Keep(bytes);
    }

    /// <summary>A compressed archive that is in memory; null where it is not.</summary>
    public KeptArchive? Find(StoreNar nar, NarCompression compression) =>
        _memory.Find(new(nar.Info.NarHash, compression));

    /// <summary>Writes an archive compressed, once fewer others are than may be.</summary>
    /// <exception cref="StoreException.HashMismatch">The files are damaged; what was written is not to be used.</exception>
    /// <exception cref="StoreException.FileSystem">They cannot be read.</exception>
    public async Task CompressAsync(
        StoreNar nar,
        NarCompression compression,
        PipeWriter destination,
        CancellationToken ct
    )
    {
        KeptArchive? kept;
        using (var turn = await _turns.TakeAsync(ct).ConfigureAwait(false))
        {
            // Another may have done it while this one waited.
            kept = Find(nar, compression);
            if (kept is null)
                await CompressAndKeepAsync(nar, compression, destination, turn, ct).ConfigureAwait(false);
        }
        using (kept)
        {
            if (kept is not null)
                await kept.SendAsync(0, kept.SizeBytes, destination, ct).ConfigureAwait(false);
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task CompressAndKeepAsync(
        StoreNar nar,
        NarCompression compression,
        PipeWriter destination,
        CompressionTurn turn,
        CancellationToken ct
    )
    {
        var most = Math.Min(LongestCompressed(nar.Info.NarSizeBytes), _memory.LargestBytes);
        using var room = _memory.TryReserve(new(nar.Info.NarHash, compression), most);
        var client = new TurnLendingStream(destination.AsStream(leaveOpen: true), turn);
        await using var sent = new RememberingStream(client, room?.MostBytes ?? 0);
        await using (var compressed = compression.Compress(sent, _settings.LevelOf(compression), threads: 1))
        await using (var hashed = new HashingStream(compressed))
        {
            await nar.DumpAsync(hashed, ct).ConfigureAwait(false);
            nar.Info.RequireNarHash(_storeDir, hashed.Finish());
        }
        if (sent.ToArray() is { } bytes)
            room?.Keep(bytes).Dispose();
    }

    /// <summary>What cannot be compressed becomes a little longer.</summary>
    private static long LongestCompressed(long narSizeBytes) => narSizeBytes + (narSizeBytes / 128) + 4096;
}
