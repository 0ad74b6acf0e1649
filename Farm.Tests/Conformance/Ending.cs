namespace Farm.Tests.Conformance;

/// <summary>How a build ends, in the classes that both Nix and Farm tell apart.</summary>
public enum Ending
{
    Built,

    /// <summary>The builder ended with another code than 0, or by a signal.</summary>
    BuilderFailed,

    /// <summary>The builder ended well; what it made breaks a rule.</summary>
    OutputRejected,

    /// <summary>A fixed output has other contents than promised.</summary>
    HashMismatch,

    /// <summary>Built again, it came out otherwise.</summary>
    NotDeterministic,

    /// <summary>The derivation asks for what is not given; no builder ran.</summary>
    InputRejected,
}
