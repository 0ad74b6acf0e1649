using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>What a derivation has become with the real paths of its inputs in it.</summary>
/// <param name="DrvPath">The resolved derivation, in the coordinator's store: this is what a worker builds.</param>
/// <param name="RealisationHash">Hash that what its outputs come to is recorded by; null where that is not recorded.</param>
public sealed record StepResolution(StorePath DrvPath, Sha256Digest? RealisationHash);
