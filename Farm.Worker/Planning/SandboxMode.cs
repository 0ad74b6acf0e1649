namespace Farm.Worker.Planning;

/// <summary>Nix's setting <c>sandbox</c>: which builders have no sandbox.</summary>
/// <remarks>Where a store is elsewhere than its name says, as that of a worker is, every builder has one, in each mode, as in Nix: the
/// mode then only tells what becomes of a derivation that asks for none. Source: Nix's <c>LocalDerivationGoal::tryLocalBuild</c>.</remarks>
public enum SandboxMode
{
    /// <summary>None; a derivation that asks, by <c>__noChroot</c>, for no sandbox is refused.</summary>
    On,

    /// <summary>Those that ask for none, and those of fixed outputs.</summary>
    Relaxed,

    /// <summary>All but those that are part of Farm.</summary>
    Off,
}
