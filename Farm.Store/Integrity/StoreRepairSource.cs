using System.IO.Pipelines;
using Farm.Store.Local;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Repairs from another store that has the path with the same hash: a store on a disk, a node, a binary cache.</summary>
public sealed class StoreRepairSource(LocalStore damaged, IStore from) : IRepairSource
{
    public async Task<bool> RepairAsync(PathInfo info, CancellationToken ct)
    {
        if (await from.QueryAsync(info.Path, ct).ConfigureAwait(false) is not { } offered)
            return false;
        if (offered.NarHash != info.NarHash)
            return false;
        var pipe = new Pipe();
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = WriteAsync(pipe.Writer, info, stopped.Token);
        try
        {
            await using var nar = new BoundedStream(pipe.Reader.AsStream(), info.NarSizeBytes);
            return await Task.Run(() => damaged.Adder.ReplaceAsync(info, nar, ct), ct).ConfigureAwait(false);
        }
        finally
        {
            await stopped.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>The reader gets what goes wrong here.</summary>
    private async Task WriteAsync(PipeWriter writer, PathInfo info, CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            await from.DumpNarAsync(info.Path, writer.AsStream(), ct).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StoreException or IOException or OperationCanceledException)
        {
            failure = error;
        }
        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }
}
