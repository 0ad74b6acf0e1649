using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>A text that stands for an output path until that is known.</summary>
/// <remarks>Shape: a slash and 52 nix32 digits. Source: Nix manual, "Placeholders"; Nix's <c>DownstreamPlaceholder</c>.</remarks>
public readonly record struct Placeholder
{
    private readonly Sha256Digest _digest;

    private Placeholder(string clearText) => _digest = Sha256Digest.Compute(Encoding.UTF8.GetBytes(clearText));

    /// <summary>For an output of the derivation in which it stands.</summary>
    public static Placeholder OfOutput(string outputName) => new($"nix-output:{outputName}");

    /// <summary>For an output of an input derivation that has no path yet.</summary>
    /// <exception cref="NixFormatException">The path is no derivation's.</exception>
    public static Placeholder OfInput(StorePath drvPath, string outputName)
    {
        var name = StorePathMaker.OutputName(Derivation.NameFrom(drvPath), outputName);
        return new($"nix-upstream-output:{drvPath.Hash}:{name}");
    }

    /// <summary>For an output of a derivation that is itself the output for which this placeholder stands.</summary>
    public Placeholder OfDynamicOutput(string outputName) =>
        new($"nix-computed-output:{StorePathHash.Fold(_digest)}:{outputName}");

    public override string ToString() => "/" + _digest.ToNixBase32();
}
