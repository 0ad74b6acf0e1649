using Farm.Store.Collecting;

namespace Farm.Store.Collector;

/// <summary>When and what a store collects. Names and defaults are Nix's. Source: <c>farm.store</c> in the configuration.</summary>
public sealed record CollectorSettings
{
    private const string Section = "farm.store";

    /// <summary>Space that is kept for a collection on a full disk.</summary>
    public const long DefaultReservedBytes = 8L * 1024 * 1024;

    /// <summary>What a live path keeps beyond its references.</summary>
    public KeepRules Keep { get; init; } = KeepRules.Default;

    /// <summary>Below so many free bytes additions and builds begin a collection; 0 is never.</summary>
    public long MinFreeBytes { get; init; }

    /// <summary>Such a collection ends when so many bytes are free.</summary>
    public long MaxFreeBytes { get; init; } = long.MaxValue;

    /// <summary>How often free space is looked at.</summary>
    public TimeSpan MinFreeCheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Size of the file that is given up when a collection begins; 0 is none.</summary>
    public long ReservedBytes { get; init; } = DefaultReservedBytes;

    public static CollectorSettings From(Config config) =>
        new()
        {
            Keep = new(
                Outputs: config.GetBoolean($"{Section}.keep-outputs", KeepRules.Default.Outputs),
                Derivations: config.GetBoolean($"{Section}.keep-derivations", KeepRules.Default.Derivations)
            ),
            MinFreeBytes = config.GetByteSize($"{Section}.min-free") ?? 0,
            MaxFreeBytes = config.GetByteSize($"{Section}.max-free") is > 0 and var most ? most : long.MaxValue,
            MinFreeCheckInterval = config.GetTimeSpan($"{Section}.min-free-check-interval", TimeSpan.FromSeconds(5)),
            ReservedBytes = config.GetByteSize($"{Section}.gc-reserved-space") ?? DefaultReservedBytes,
        };
}
