using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;

namespace Farm.Store.Collector;

/// <summary>Removes those of some names from <c>.links</c> that no store path shares. Runs under their locks. Answers how many went,
/// and their size.</summary>
internal sealed record SweepLinks(StoreFiles Files, IReadOnlyList<Sha256Digest> Hashes)
    : IPathOperation<(long Links, long Bytes)>
{
    public async Task<(long Links, long Bytes)> RunAsync()
    {
        var (links, bytes) = (0L, 0L);
        foreach (var hash in Hashes)
        {
            if (await new SweepLink(Files, hash).RunAsync().ConfigureAwait(false) is not { } freed)
                continue;
            links++;
            bytes += freed;
        }
        return (links, bytes);
    }
}
