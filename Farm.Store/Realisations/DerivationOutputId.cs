using Farm.Store.Hashing;

namespace Farm.Store.Realisations;

/// <summary>Names an output of a derivation by what is built, not by where it is written.</summary>
/// <remarks>Shape: <c>sha256:hex!name</c>, the derivation's hash modulo and the output's name. Source: Nix 2.8's
/// <c>libstore/realisation.cc</c>; later Nix names the derivation's path instead.</remarks>
public sealed record DerivationOutputId : IComparable<DerivationOutputId>
{
    /// <exception cref="NixFormatException">The output has no name, or one with a <c>!</c> or a slash.</exception>
    public DerivationOutputId(Hash derivationHash, string outputName)
    {
        if (!IsName(outputName))
            throw new NixFormatException($"'{outputName}' is no name of an output.");
        (DerivationHash, OutputName) = (derivationHash, outputName);
    }

    /// <summary>Whether an output may be called so.</summary>
    public static bool IsName(ReadOnlySpan<char> output) => !output.IsEmpty && !output.ContainsAny('!', '/', '\0');

    public Hash DerivationHash { get; }

    public string OutputName { get; }

    /// <exception cref="NixFormatException">It is not a hash, an exclamation mark and a name.</exception>
    public static DerivationOutputId Parse(string text)
    {
        var mark = text.IndexOf('!', StringComparison.Ordinal);
        return mark >= 0
            ? new(Hash.Parse(text[..mark]), text[(mark + 1)..])
            : throw new NixFormatException($"'{text}' names no output: a hash, '!' and a name must be there.");
    }

    public int CompareTo(DerivationOutputId? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => $"{DerivationHash.Print(HashFormat.Base16)}!{OutputName}";
}
