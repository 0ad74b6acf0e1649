using Farm.Daemon.Building;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Tests.Daemon.Support;

/// <summary>Builds nothing; does what a test says.</summary>
internal sealed class ScriptedBuilder(Func<IClientLog, CancellationToken, Task<BuildResult>> build) : IDaemonBuilder
{
    public ClientSettings? Settings { get; private set; }

    public async Task<IReadOnlyList<KeyedBuildResult>> BuildAsync(
        IReadOnlyList<DerivedPath> wanted,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    )
    {
        Settings = settings;
        var results = new List<KeyedBuildResult>();
        foreach (var one in wanted)
            results.Add(new(one, await build(log, ct)));
        return results;
    }

    public Task<BuildResult> BuildDerivationAsync(
        StorePath drvPath,
        Derivation derivation,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    ) => build(log, ct);
}
