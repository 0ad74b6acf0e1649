using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.PathInfos;

namespace Farm.Store.Integrity;

/// <summary>Repairs from the binary caches that a store fetches paths from, as far as their signatures count.</summary>
public sealed class SubstituterRepairSource(LocalStore damaged, Substituters caches) : IRepairSource
{
    public Task<bool> RepairAsync(PathInfo info, CancellationToken ct) =>
        caches.UseKnownNarAsync(
            info,
            (nar, stop) => PathReplacement.FromNarAsync(damaged, info, (to, ct) => nar.CopyToAsync(to, ct), stop),
            ct
        );
}
