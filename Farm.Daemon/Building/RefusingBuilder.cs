using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building;

/// <summary>Builds nothing, and says so.</summary>
public sealed class RefusingBuilder : IDaemonBuilder
{
    private const string Reason = "this daemon does not build; build on a farm with 'farm build'";

    public Task<IReadOnlyList<KeyedBuildResult>> BuildAsync(
        IReadOnlyList<DerivedPath> wanted,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    ) =>
        Task.FromResult<IReadOnlyList<KeyedBuildResult>>([.. wanted.Select(one => new KeyedBuildResult(one, Refused))]);

    public Task<BuildResult> BuildDerivationAsync(
        StorePath drvPath,
        Derivation derivation,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    ) => Task.FromResult(Refused);

    private static BuildResult Refused => BuildResult.Failed(BuildStatus.MiscFailure, Reason);
}
