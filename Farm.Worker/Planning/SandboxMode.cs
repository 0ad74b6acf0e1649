namespace Farm.Worker.Planning;

/// <summary>Nix's setting <c>sandbox</c>: what becomes of a derivation that asks, by <c>__noChroot</c>, for no sandbox.</summary>
/// <remarks>In no mode is a builder run without one: Nix, too, always uses it where a store is elsewhere than its name says, as
/// every worker's is. Source: Nix's <c>LocalDerivationGoal::startBuilder</c>.</remarks>
public enum SandboxMode
{
    /// <summary>It is refused.</summary>
    On,

    /// <summary>It is built, in the sandbox.</summary>
    Relaxed,

    /// <summary>As <see cref="Relaxed"/>.</summary>
    Off,
}
