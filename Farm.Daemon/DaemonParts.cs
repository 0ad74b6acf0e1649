using Farm.Daemon.Building;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Realisations;

namespace Farm.Daemon;

/// <summary>What a daemon serves its clients with. It owns none of it.</summary>
public sealed record DaemonParts
{
    public required LocalStore Store { get; init; }

    /// <summary>What outputs have come to in the store.</summary>
    public required StoreRealisations Realisations { get; init; }

    /// <summary>Where paths are fetched from when a client only asks for paths; null for nowhere.</summary>
    public Substituters? Substituters { get; init; }

    /// <summary>Where from for clients that choose themselves; null where they cannot.</summary>
    public ClientSubstituters? Choices { get; init; }

    public required IDaemonBuilder Builder { get; init; }

    /// <summary>Where good copies of damaged paths come from; null for nowhere.</summary>
    public IRepairSource? Repair { get; init; }

    public DaemonSettings Settings { get; init; } = new();
}
