using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Puts what was built again in place of outputs that are damaged, and registers those that are missing; what is well stays.</summary>
/// <remarks>The difference from Nix: what comes out otherwise than it was recorded is refused, as in <see cref="ReplacingOutputKeeper"/>.</remarks>
/// <param name="store">The store.</param>
/// <param name="recorded">What outputs are to be that this store does not have, by the path that they were built as.</param>
/// <param name="missing">Takes outputs that are not valid.</param>
internal sealed class RepairingOutputKeeper(
    LocalStore store,
    ImmutableDictionary<StorePath, PathInfo> recorded,
    IOutputKeeper missing
) : IOutputKeeper
{
    public async Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        var infos = new Dictionary<StorePath, PathInfo>();
        foreach (var output in outputs)
        {
            if (await store.QueryAsync(output.Path, ct).ConfigureAwait(false) is not { } info)
                continue;
            infos.Add(output.Path, info);
            if (!await IsWellAsync(info, ct).ConfigureAwait(false))
                await ReplaceAsync(info, output, ct).ConfigureAwait(false);
        }
        BuiltOutput[] absent = [.. outputs.Where(output => !infos.ContainsKey(output.Path))];
        if (absent.Length > 0)
        {
            foreach (var output in absent)
                await CompareAsync(output, ct).ConfigureAwait(false);
            // The rules of a derivation are about all its outputs at once; those that are valid have kept them.
            var registered = await missing
                .KeepAsync(absent, candidates, deriver, absent.Length == outputs.Count ? judge : static _ => null, ct)
                .ConfigureAwait(false);
            foreach (var info in registered)
                infos.Add(info.Path, info);
        }
        return [.. outputs.Select(output => infos[output.Path])];
    }

    /// <summary>Another node has the path as it is recorded: here it must not become another.</summary>
    private async Task CompareAsync(BuiltOutput output, CancellationToken ct)
    {
        if (!recorded.TryGetValue(output.Path, out var info))
            return;
        var (hash, _) = await NarDump.HashAsync(output.File, ct).ConfigureAwait(false);
        if (hash != info.NarHash && output.Floating is null)
            throw Otherwise(info, info.NarHash.ToString(), hash.ToString());
    }

    private StoreException.RefusedOutput Otherwise(PathInfo info, string recorded, string built) =>
        new(
            $"'{store.StoreDir.Print(info.Path)}' came out otherwise than it is recorded, with {built} instead of {recorded}"
        );

    private async Task<bool> IsWellAsync(PathInfo info, CancellationToken ct)
    {
        if (info.NarHash == Sha256Digest.Zero)
            return true; // Nothing is known to compare with, as in Nix.
        try
        {
            var (hash, _) = await NarDump.HashAsync(store.Layout.ToPhysical(info.Path), ct).ConfigureAwait(false);
            return hash == info.NarHash;
        }
        catch (Exception broken) when (broken is StoreException or IOException)
        {
            return false;
        }
    }

    private async Task ReplaceAsync(PathInfo info, BuiltOutput output, CancellationToken ct)
    {
        try
        {
            await PathReplacement
                .FromNarAsync(store, info, (nar, ct) => NarDump.WriteAsync(output.File, nar, ct), ct)
                .ConfigureAwait(false);
        }
        catch (StoreException.HashMismatch mismatch)
        {
            throw Otherwise(info, mismatch.Specified, mismatch.Got);
        }
    }
}
