using System.Collections.Immutable;

namespace Farm.Protocol;

/// <summary>What a worker can build. Not compared by value.</summary>
/// <param name="Systems">Platforms, such as <c>x86_64-linux</c>. <c>builtin</c> needs no mention: every worker has it.</param>
/// <param name="SupportedFeatures">Features a derivation may require, such as <c>kvm</c> or <c>big-parallel</c>.</param>
/// <param name="MandatoryFeatures">Only derivations that require all of these are built here (Nix's mandatory features).</param>
/// <param name="Slots">How many builds run at a time, at least 0; 0 takes no work.</param>
/// <param name="SpeedFactor">Relative speed, above 0; a faster worker is preferred among those that are free.</param>
public sealed record WorkerCapabilities(
    ImmutableSortedSet<string> Systems,
    ImmutableSortedSet<string> SupportedFeatures,
    ImmutableSortedSet<string> MandatoryFeatures,
    int Slots,
    double SpeedFactor = 1
)
{
    /// <summary>Null when the values are in range, otherwise one sentence that names the value and the rule.</summary>
    public string? Problem() =>
        Slots is < 0 or > MaxSlots ? $"slots is {Slots}: it must be 0 to {MaxSlots}"
        : Systems.IsEmpty ? "systems is empty: name at least one, such as x86_64-linux"
        : !(SpeedFactor > 0 && double.IsFinite(SpeedFactor)) ? $"speedFactor is {SpeedFactor}: it must be above 0"
        : null;

    /// <summary>Most slots of one worker.</summary>
    public const int MaxSlots = 10_000;
}
