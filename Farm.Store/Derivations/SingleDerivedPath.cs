using System.Diagnostics;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>One store object: a path, or an output of a derivation that may itself have to be built first.</summary>
/// <remarks>Shape: <c>path</c>, or <c>path!output</c>, and so on. Source: Nix's <c>libstore/derived-path.hh</c>.</remarks>
public abstract record SingleDerivedPath
{
    private SingleDerivedPath() { }

    /// <summary>A path as it is.</summary>
    public sealed record Opaque(StorePath Path) : SingleDerivedPath;

    /// <summary>What the output of a derivation comes to.</summary>
    public sealed record Built(SingleDerivedPath Derivation, string OutputName) : SingleDerivedPath;

    /// <summary>The path that all starts from.</summary>
    public StorePath BasePath =>
        this switch
        {
            Opaque opaque => opaque.Path,
            Built built => built.Derivation.BasePath,
            _ => throw new UnreachableException($"No case of a derived path is {GetType()}."),
        };

    /// <summary>With <c>!</c> between the parts.</summary>
    public string Print(StoreDir storeDir) =>
        this switch
        {
            Opaque opaque => storeDir.Print(opaque.Path),
            Built built => $"{built.Derivation.Print(storeDir)}!{built.OutputName}",
            _ => throw new UnreachableException($"No case of a derived path is {GetType()}."),
        };
}
