using System.Diagnostics;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>What a client wants to have: a path, or outputs of a derivation.</summary>
/// <remarks>Shape: <c>path</c>, <c>path!*</c>, <c>path!a,b</c>, with <c>path!x!y</c> for a derivation that is itself an output.
/// Source: Nix's <c>libstore/derived-path.hh</c>.</remarks>
public abstract record DerivedPath
{
    private DerivedPath() { }

    /// <summary>A path as it is, also where it is a derivation's.</summary>
    public sealed record Opaque(StorePath Path) : DerivedPath;

    /// <summary>Outputs of a derivation.</summary>
    public sealed record Built(SingleDerivedPath Derivation, OutputsSpec Outputs) : DerivedPath;

    /// <summary>The path that all starts from.</summary>
    public StorePath BasePath =>
        this switch
        {
            Opaque opaque => opaque.Path,
            Built built => built.Derivation.BasePath,
            _ => throw new UnreachableException($"No case of a derived path is {GetType()}."),
        };

    /// <summary>Outputs of the derivation at this path.</summary>
    public static Built Of(StorePath drvPath, OutputsSpec outputs) =>
        new(new SingleDerivedPath.Opaque(drvPath), outputs);

    /// <summary>Reads the text of a version of the worker protocol: before 1.30 a path that is a derivation's means all its outputs.</summary>
    /// <exception cref="NixFormatException">It is no path of the store directory, or what follows names no outputs.</exception>
    public static DerivedPath Parse(StoreDir storeDir, string text, bool isBareDerivationBuilt = false)
    {
        var mark = text.LastIndexOf('!');
        if (mark >= 0)
            return new Built(ParseSingle(storeDir, text[..mark], depth: 0), OutputsSpec.Parse(text[(mark + 1)..]));
        var path = storeDir.ParseTolerantPath(text);
        return isBareDerivationBuilt && path.IsDerivation ? Of(path, new OutputsSpec.All()) : new Opaque(path);
    }

    /// <summary>The text of the worker protocol from 1.30 on.</summary>
    public string Print(StoreDir storeDir) =>
        this switch
        {
            Opaque opaque => storeDir.Print(opaque.Path),
            Built built => $"{built.Derivation.Print(storeDir)}!{built.Outputs}",
            _ => throw new UnreachableException($"No case of a derived path is {GetType()}."),
        };

    /// <summary>The text of the worker protocol before 1.30 and of the serve protocol, where a bare derivation means all its outputs.</summary>
    /// <exception cref="NixFormatException">The derivation itself is meant, or one that is an output: there is no text for that.</exception>
    public string PrintLegacy(StoreDir storeDir) =>
        this switch
        {
            Opaque { Path.IsDerivation: true } or Built { Derivation: not SingleDerivedPath.Opaque } =>
                throw new NixFormatException(
                    $"'{Print(storeDir)}' cannot be asked of a peer that speaks an older protocol; use a newer one there."
                ),
            Built { Outputs: OutputsSpec.All } built => built.Derivation.Print(storeDir),
            _ => Print(storeDir),
        };

    private static SingleDerivedPath ParseSingle(StoreDir storeDir, string text, int depth)
    {
        if (depth > DerivationParser.MaxDynamicDepth)
            throw new NixFormatException($"'{text}' nests deeper than {DerivationParser.MaxDynamicDepth} outputs.");
        var mark = text.LastIndexOf('!');
        if (mark < 0)
            return new SingleDerivedPath.Opaque(storeDir.ParseTolerantPath(text));
        var names = new OutputsSpec.Names(text[(mark + 1)..]);
        return new SingleDerivedPath.Built(ParseSingle(storeDir, text[..mark], depth + 1), names.Outputs[0]);
    }
}
