using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Removes a name from <c>.links</c> that no store path shares any more. Runs under the link's lock.
/// Answers the bytes freed; null where the link stays.</summary>
internal sealed record SweepLink(StoreFiles Files, Sha256Digest Hash) : IPathOperation<long?>
{
    public async Task<long?> RunAsync()
    {
        var link = StoreLayout.Bytes(Hash);
        var found = Syscalls.Status(Files.LinksDirectory, link, out var status);
        if (found == -Errno.NoEntry)
            return null;
        Errno.Check(found, "look at", Hash.ToNixBase32());
        if (status.Links > 1)
            return null;
        Files.Trust.Forget(Hash);
        await TreeRemover.RemoveAsync(Files, Files.LinksDirectory, link).ConfigureAwait(false);
        return status.SizeBytes;
    }
}
