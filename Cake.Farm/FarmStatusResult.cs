namespace Cake.Farm;

/// <summary>The farm at a glance.</summary>
/// <param name="StoreDir">Its logical store directory.</param>
/// <param name="StoreRoot">Root below which the coordinator's store is, where it tells.</param>
/// <param name="Workers">Workers that are connected.</param>
/// <param name="Slots">Builds that they can run at a time.</param>
/// <param name="SlotsBusy">Builds that they run.</param>
/// <param name="Builds">Builds that are not over.</param>
public sealed record FarmStatusResult(
    string StoreDir,
    string? StoreRoot,
    int Workers,
    int Slots,
    int SlotsBusy,
    int Builds
);
