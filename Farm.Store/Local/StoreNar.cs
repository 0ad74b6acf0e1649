using System.IO.Pipelines;
using System.Text;
using Farm.Store.Database;
using Farm.Store.Nar;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Local;

/// <summary>The archive of a valid path, to be sent whole or in part. The path stays while this is open.</summary>
public sealed class StoreNar : IAsyncDisposable
{
    private const int LargestPieceBytes = 256 * 1024;
    private const int SmallestPieceBytes = 2 * NarBuffer.SlackBytes;

    private readonly LocalStore _store;
    private readonly IAsyncDisposable _hold;

    private StoreNar(LocalStore store, IAsyncDisposable hold, PathInfo info) =>
        (_store, _hold, Info) = (store, hold, info);

    /// <summary>What is recorded of the path.</summary>
    public PathInfo Info { get; }

    /// <summary>What is recorded of the path with this hash part, with one question to the database; null where none is valid.</summary>
    public static Task<PathInfo?> FindAsync(LocalStore store, StorePathHash hash, CancellationToken ct) =>
        store.Records.LookUpAsync(hash, static (queries, hash) => queries.Query(hash), ct);

    /// <returns>Null where the path is not valid.</returns>
    public static async Task<StoreNar?> OpenAsync(LocalStore store, StorePath path, CancellationToken ct)
    {
        var hold = await store.TempRoots.HoldHereAsync(path, ct).ConfigureAwait(false);
        try
        {
            if (await store.QueryAsync(path, ct).ConfigureAwait(false) is { } info)
                return new(store, hold, info);
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await hold.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The same by hash part, with one question to the database.</summary>
    /// <returns>Null where no valid path has it.</returns>
    public static async Task<StoreNar?> OpenAsync(LocalStore store, StorePathHash hash, CancellationToken ct)
    {
        var begun = await store
            .Records.LookUpAsync(hash, (queries, hash) => Begin(store, queries, hash, ct), ct)
            .ConfigureAwait(false);
        if (begun is not { } found)
            return null;
        if (found.Nar is not null)
            return found.Nar;
        // A deletion of it was under way, and may have left it.
        await using (await found.Waiting.ConfigureAwait(false))
            return await OpenAsync(store, found.Path, ct).ConfigureAwait(false);
    }

    /// <summary>Writes a part of the archive. Files are read into the pipe's own memory, and those before the part not at all.</summary>
    /// <param name="from">Where the part begins.</param>
    /// <param name="count">Its length; with <paramref name="from"/> at most <see cref="PathInfo.NarSizeBytes"/>.</param>
    /// <param name="destination">Where it goes; not completed.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <exception cref="StoreException.HashMismatch">The files make an archive of another length.</exception>
    /// <exception cref="StoreException.FileSystem">A file cannot be read.</exception>
    public async Task SendAsync(long from, long count, PipeWriter destination, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + count, Info.NarSizeBytes);
        var path = _store.Layout.ToPhysical(Info.Path);
        var pieceBytes = (int)Math.Clamp(count + NarBuffer.SlackBytes, SmallestPieceBytes, LargestPieceBytes);
        var memory = destination.GetMemory(pieceBytes);
        using var buffer = new NarBuffer(memory);
        using var dumper = new NarDumper(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(path), path, buffer)
        {
            SkipContentsBefore = from,
        };
        for (var left = count; left > 0; )
        {
            dumper.Fill();
            var lead = (int)Math.Clamp(from - buffer.Offset, 0, buffer.Count);
            var taken = (int)Math.Min(buffer.Count - lead, left);
            if (lead > 0)
                memory.Slice(lead, taken).CopyTo(memory);
            destination.Advance(taken);
            left -= taken;
            if (left == 0 ? from + count == Info.NarSizeBytes && !dumper.IsComplete : dumper.IsComplete)
                throw new StoreException.HashMismatch(
                    _store.StoreDir.Print(Info.Path),
                    $"{Info.NarSizeBytes} bytes",
                    dumper.IsComplete ? $"{Info.NarSizeBytes - left} bytes" : "more"
                );
            if ((await destination.FlushAsync(ct).ConfigureAwait(false)).IsCompleted && left > 0)
                throw new OperationCanceledException("Nobody reads the archive any more.");
            if (left > 0)
                buffer.Continue(memory = destination.GetMemory(pieceBytes));
        }
    }

    /// <summary>Writes the archive to a stream.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task DumpAsync(Stream destination, CancellationToken ct)
    {
        var written = await NarDump
            .WriteAsync(_store.Layout.ToPhysical(Info.Path), destination, ct)
            .ConfigureAwait(false);
        Info.RequireNarSize(_store.StoreDir, written);
    }

    /// <summary>What the archive contains, from a walk that reads no contents.</summary>
    public async Task<NarListing> ListAsync(CancellationToken ct)
    {
        await Task.Yield();
        using var buffer = new NarBuffer();
        var path = _store.Layout.ToPhysical(Info.Path);
        var lister = new ListingObserver(buffer);
        using var dumper = new NarDumper(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(path), path, buffer, lister)
        {
            SkipContentsBefore = long.MaxValue,
        };
        do
        {
            ct.ThrowIfCancellationRequested();
            dumper.Fill();
            buffer.Skip(0);
        } while (!dumper.IsComplete);
        return lister.Root;
    }

    public ValueTask DisposeAsync() => _hold.DisposeAsync();

    /// <summary>Holds the path, and then looks whether it is valid, unless a deletion must be waited for; null where there is none.</summary>
    private static (StorePath Path, StoreNar? Nar, Task<StoreHold> Waiting)? Begin(
        LocalStore store,
        PathQueries queries,
        StorePathHash hash,
        CancellationToken ct
    )
    {
        if (queries.QueryPathFromHashPart(hash) is not { } path)
            return null;
        var holding = store.TempRoots.HoldHereAsync(path, ct);
        if (!holding.IsCompletedSuccessfully)
            return (path, null, holding);
        var hold = holding.Result; // It is completed.
        PathInfo? info = null;
        try
        {
            info = queries.Query(path);
            return info is null ? null : (path, new(store, hold, info), holding);
        }
        finally
        {
            if (info is null)
                hold.Dispose();
        }
    }
}
