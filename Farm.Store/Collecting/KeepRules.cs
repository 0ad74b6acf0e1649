namespace Farm.Store.Collecting;

/// <summary>What a live path keeps beyond its references. Names and defaults are Nix's.</summary>
/// <param name="Outputs">A live derivation keeps its valid outputs (<c>keep-outputs</c>).</param>
/// <param name="Derivations">A live path keeps the derivation that is recorded as its deriver (<c>keep-derivations</c>).</param>
public readonly record struct KeepRules(bool Outputs, bool Derivations)
{
    /// <summary>Nix's defaults: derivations are kept, outputs are not.</summary>
    public static KeepRules Default { get; } = new(Outputs: false, Derivations: true);

    /// <summary>References alone.</summary>
    public static KeepRules None { get; }
}
