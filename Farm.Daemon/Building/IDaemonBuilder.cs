using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building;

/// <summary>Builds or fetches what a client of the daemon wants.</summary>
/// <remarks>A failure of a build is a result. An exception is a fault of another kind: the client gets its message. When the token
/// is cancelled, the client is gone or has given up: what nobody else wants is to stop.</remarks>
public interface IDaemonBuilder
{
    /// <summary>Makes all that is wanted valid: outputs are substituted or built with all that they need, paths substituted.</summary>
    /// <param name="wanted">In any order, possibly with doubles.</param>
    /// <param name="mode">What happens with what is valid already.</param>
    /// <param name="settings">The client's.</param>
    /// <param name="log">Told of activities, log lines and progress.</param>
    /// <param name="ct">The client is gone.</param>
    /// <returns>One for each that was wanted, in the same order.</returns>
    Task<IReadOnlyList<KeyedBuildResult>> BuildAsync(
        IReadOnlyList<DerivedPath> wanted,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    );

    /// <summary>Builds one derivation whose inputs are all valid and all among its input sources.</summary>
    /// <param name="drvPath">The path it is said to have. It need not be valid, and the derivation need not be the one at that path:
    /// the daemon has seen to it that the client may ask for it.</param>
    /// <param name="derivation">Without input derivations.</param>
    /// <param name="mode">What happens with outputs that are valid already.</param>
    /// <param name="settings">The client's.</param>
    /// <param name="log">Told of activities, log lines and progress.</param>
    /// <param name="ct">The client is gone.</param>
    Task<BuildResult> BuildDerivationAsync(
        StorePath drvPath,
        Derivation derivation,
        BuildMode mode,
        ClientSettings settings,
        IClientLog log,
        CancellationToken ct
    );
}
