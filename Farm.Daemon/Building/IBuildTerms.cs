using Farm.Store.BinaryCaches;

namespace Farm.Daemon.Building;

/// <summary>What holds for what a client has built.</summary>
internal interface IBuildTerms
{
    /// <summary>The settings that hold for the client.</summary>
    ValueTask<EffectiveSettings> SettingsAsync(ClientSettings client, IClientLog log, CancellationToken ct);

    /// <summary>Where paths are fetched from for it; null for nowhere, never empty.</summary>
    ValueTask<Substituters?> SourcesAsync(ClientSettings client, IClientLog log, CancellationToken ct);
}
