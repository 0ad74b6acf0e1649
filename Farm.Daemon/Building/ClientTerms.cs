using Farm.Daemon.Configuration;
using Farm.Store.BinaryCaches;

namespace Farm.Daemon.Building;

/// <summary>The daemon's settings and caches, with what a client has chosen itself, and may.</summary>
internal sealed class ClientTerms(
    DaemonConfiguration configuration,
    MachineFacts machine,
    ClientSubstituters substituters
) : IBuildTerms
{
    public async ValueTask<EffectiveSettings> SettingsAsync(ClientSettings client, IClientLog log, CancellationToken ct)
    {
        var (settings, warnings) = EffectiveSettings.Of(configuration, machine, client);
        foreach (var warning in warnings)
            await log.WarnAsync(warning, ct).ConfigureAwait(false);
        return settings;
    }

    public async ValueTask<Substituters?> SourcesAsync(ClientSettings client, IClientLog log, CancellationToken ct) =>
        await substituters.ForAsync(client, log, ct).ConfigureAwait(false) is { IsEmpty: false } chosen ? chosen : null;
}
