using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging;

namespace Farm.Worker.Execution;

/// <summary>Brings paths into a worker's store, each after its references, each once however many attempts want it.</summary>
/// <param name="store">The worker's own store, which verifies what it takes.</param>
/// <param name="coordinator">The authority: its word on a path's hash, size and references counts. Its NAR is the last resort.</param>
/// <param name="holderAt">The cache of another worker, by its address.</param>
/// <param name="parallelism">How many NARs are fetched at a time, at least 1.</param>
public sealed class InputFetcher(
    IStore store,
    INarSource coordinator,
    Func<Uri, INarSource> holderAt,
    int parallelism,
    RetryPolicy retry,
    ILogger log
) : IDisposable
{
    private readonly SharedWork<StorePath> _fetches = new();
    private readonly SemaphoreSlim _streams = new(parallelism);

    /// <summary>Fetches paths that are not valid here, with those that they refer to.</summary>
    /// <param name="paths">What is wanted; valid ones are left alone.</param>
    /// <param name="holders">Who else has a path, best first.</param>
    /// <exception cref="FetchException">A path cannot be had.</exception>
    /// <exception cref="StoreException">The own store cannot take it.</exception>
    public async Task FetchAsync(
        IReadOnlyCollection<StorePath> paths,
        IReadOnlyDictionary<StorePath, ImmutableArray<Uri>> holders,
        CancellationToken ct
    )
    {
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        var missing = paths.Where(path => !valid.Contains(path)).ToArray();
        if (missing.Length == 0)
            return;
        using var first = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var fetches = missing.Select(path =>
            _fetches.DoAsync(path, cancelled => FetchOneAsync(path, holders, cancelled), first.Token)
        );
        await AllOrFirstFailureAsync([.. fetches], first).ConfigureAwait(false);
    }

    public void Dispose() => _streams.Dispose();

    private async Task FetchOneAsync(
        StorePath path,
        IReadOnlyDictionary<StorePath, ImmutableArray<Uri>> holders,
        CancellationToken ct
    )
    {
        // Another attempt may have brought it between the question and this turn.
        if (await store.QueryAsync(path, ct).ConfigureAwait(false) is not null)
            return;
        var known =
            await retry.RunAsync(token => coordinator.QueryAsync(path, token), IsOutage, ct).ConfigureAwait(false)
            ?? throw new FetchException($"the coordinator does not have the input '{path}'", isTransient: false);
        await FetchAsync([.. known.Info.References.Remove(path)], holders, ct).ConfigureAwait(false);
        await _streams.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await retry
                .RunAsync(
                    token => FromAnyAsync(known, holders.GetValueOrDefault(path, []), token),
                    cause => cause is FetchException { IsTransient: true },
                    ct
                )
                .ConfigureAwait(false);
        }
        finally
        {
            _streams.Release();
        }
    }

    private async Task<PathInfo> FromAnyAsync(NarInfo known, ImmutableArray<Uri> holders, CancellationToken ct)
    {
        var refusals = new List<string>();
        var isTransient = false;
        Exception? last = null;
        foreach (var holder in holders.Select(Uri? (address) => address).Append(null))
        {
            try
            {
                var source = holder is null ? coordinator : holderAt(holder);
                return await source.CopyAsync(known, store, ct).ConfigureAwait(false);
            }
            catch (Exception cause) when (IsSourcesFault(cause) && !ct.IsCancellationRequested)
            {
                var name = holder?.ToString() ?? "the coordinator";
                Log.SourceFailed(log, known.Info.Path.ToString(), name, cause.Message);
                refusals.Add($"{name}: {cause.Message}");
                isTransient |= IsOutage(cause);
                last = cause;
            }
        }

        throw new FetchException(
            $"the input '{known.Info.Path}' cannot be fetched: {string.Join("; ", refusals)}",
            isTransient,
            last
        );
    }

    /// <summary>Waits for all; the first that fails ends the others, and its failure is the one thrown.</summary>
    private static async Task AllOrFirstFailureAsync(Task[] tasks, CancellationTokenSource others)
    {
        var open = tasks.ToList();
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(ended);
            if (ended.IsCompletedSuccessfully)
                continue;
            await others.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ended.ConfigureAwait(false);
        }
    }

    private static bool IsOutage(Exception cause) => cause is TransferException { IsTransient: true };

    /// <summary>Whether another source may do better: this one cannot be had, or sends what is not the path.</summary>
    private static bool IsSourcesFault(Exception cause) =>
        cause is TransferException or StoreException.HashMismatch or NixFormatException;
}
