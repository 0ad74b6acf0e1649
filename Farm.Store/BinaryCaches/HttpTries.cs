namespace Farm.Store.BinaryCaches;

/// <summary>How often one file was tried in vain.</summary>
internal sealed class HttpTries(HttpCacheFiles files)
{
    private int _failures;

    /// <summary>Counts a failure, then waits or gives up.</summary>
    /// <exception cref="StoreException.CacheFailure">No further try is worth it.</exception>
    public Task AfterAsync(HttpFailure failure, CancellationToken ct) => files.WaitAsync(failure, ++_failures, ct);
}
