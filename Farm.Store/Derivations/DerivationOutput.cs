using System.Diagnostics;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>One output of a derivation, by how its path comes about.</summary>
/// <remarks>Shape in a derivation: <c>(name, path, methodAlgo, hash)</c>; which of the last three are empty tells the case.
/// Source: Nix manual, "Derivation outputs".</remarks>
public abstract record DerivationOutput
{
    private DerivationOutput() { }

    /// <summary>The path, where it is known before building; null for floating, impure and deferred outputs.</summary>
    public StorePath? KnownPath =>
        this switch
        {
            InputAddressed output => output.Path,
            Fixed output => output.Path,
            Floating or Impure or Deferred => null,
            _ => throw new UnreachableException($"No case of an output is {GetType()}."),
        };

    /// <summary>The path follows from the derivation.</summary>
    public sealed record InputAddressed(StorePath Path) : DerivationOutput;

    /// <summary>The content is known beforehand, and the path follows from it.</summary>
    public sealed record Fixed(StorePath Path, ContentAddress Address) : DerivationOutput;

    /// <summary>The path follows from the content, which is known after the build.</summary>
    public sealed record Floating(MethodAlgorithm How) : DerivationOutput;

    /// <summary>As floating, but every build may make another content.</summary>
    public sealed record Impure(MethodAlgorithm How) : DerivationOutput;

    /// <summary>Input-addressed, but some input's path is not known yet.</summary>
    public sealed record Deferred : DerivationOutput;
}
