using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Brings outputs into the coordinator's store, each after what it refers to.</summary>
/// <param name="store">The worker's own store, which has them.</param>
/// <param name="target">The coordinator's store.</param>
public sealed class OutputUploader(IStore store, IUploadTarget target, RetryPolicy retry)
{
    /// <param name="outputs">Valid in the worker's store.</param>
    /// <param name="repairs">Whether they take the place of what is damaged there.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="TransferException">The coordinator refuses a path, or cannot be reached for longer than patience lasts.</exception>
    public async Task UploadAsync(IReadOnlyCollection<PathInfo> outputs, bool repairs, CancellationToken ct)
    {
        foreach (var output in ReferencesFirst(outputs))
            await retry
                .RunAsync(
                    token => UploadOneAsync(output, repairs, token),
                    cause => cause is TransferException { IsTransient: true },
                    ct
                )
                .ConfigureAwait(false);
    }

    /// <summary>Orders paths so that each comes after those of them that it refers to.</summary>
    public static ImmutableArray<PathInfo> ReferencesFirst(IReadOnlyCollection<PathInfo> paths)
    {
        var open = paths.ToDictionary(info => info.Path);
        var ordered = ImmutableArray.CreateBuilder<PathInfo>(open.Count);
        foreach (var info in paths)
            Visit(info);
        return ordered.ToImmutable();

        void Visit(PathInfo info)
        {
            if (!open.Remove(info.Path))
                return;
            foreach (var reference in info.References)
            {
                if (open.TryGetValue(reference, out var other))
                    Visit(other);
            }

            ordered.Add(info);
        }
    }

    private async Task<PathInfo> UploadOneAsync(PathInfo output, bool repairs, CancellationToken ct)
    {
        try
        {
            await target.UploadAsync(store, output, repairs, ct).ConfigureAwait(false);
        }
        catch (TransferException refusal) when (refusal.LacksReference)
        {
            // It lacks something that the output refers to, which this store has: send that first.
            await UploadClosureAsync(output, ct).ConfigureAwait(false);
        }

        return output;
    }

    private async Task UploadClosureAsync(PathInfo output, CancellationToken ct)
    {
        var closure = await ClosureAsync(output, ct).ConfigureAwait(false);
        var missing = await target.MissingAsync([.. closure.Keys], ct).ConfigureAwait(false);
        foreach (var info in ReferencesFirst([.. missing.Select(path => closure[path])]))
            await target.UploadAsync(store, info, repairs: false, ct).ConfigureAwait(false);
    }

    private async Task<Dictionary<StorePath, PathInfo>> ClosureAsync(PathInfo output, CancellationToken ct)
    {
        var closure = new Dictionary<StorePath, PathInfo> { [output.Path] = output };
        var open = new Queue<StorePath>(output.References);
        while (open.TryDequeue(out var path))
        {
            if (closure.ContainsKey(path))
                continue;
            var info =
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                ?? throw new StoreException.InvalidPath(path.ToString());
            closure.Add(path, info);
            foreach (var reference in info.References)
                open.Enqueue(reference);
        }

        return closure;
    }
}
