namespace Farm.Store.Derivations;

/// <summary>Which kind all outputs of a derivation have; they may not be mixed.</summary>
public enum DerivationType
{
    /// <summary>See <see cref="DerivationOutput.InputAddressed"/>.</summary>
    InputAddressed,

    /// <summary>See <see cref="DerivationOutput.Deferred"/>.</summary>
    Deferred,

    /// <summary>See <see cref="DerivationOutput.Fixed"/>.</summary>
    Fixed,

    /// <summary>See <see cref="DerivationOutput.Floating"/>.</summary>
    Floating,

    /// <summary>See <see cref="DerivationOutput.Impure"/>.</summary>
    Impure,
}
