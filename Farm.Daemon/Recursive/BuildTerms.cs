using Farm.Daemon.Building;
using Farm.Store.BinaryCaches;

namespace Farm.Daemon.Recursive;

/// <summary>What holds for builds inside of a build: the same as for that, whatever the builder says.</summary>
internal sealed class BuildTerms(EffectiveSettings settings, Substituters? substituters) : IBuildTerms
{
    public ValueTask<EffectiveSettings> SettingsAsync(ClientSettings client, IClientLog log, CancellationToken ct) =>
        new(settings);

    public ValueTask<Substituters?> SourcesAsync(ClientSettings client, IClientLog log, CancellationToken ct) =>
        new(substituters);
}
