using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Derivations;

/// <summary>One thing that a text must not exist without.</summary>
/// <remarks>Compared by what it names, not by the objects that it holds. Source: Nix manual, "String context"; the names are Nix's.</remarks>
public abstract class ContextElement : IComparable<ContextElement>, IEquatable<ContextElement>
{
    private readonly string _text;

    private ContextElement(string text) => _text = text;

    /// <summary>A store object as it is.</summary>
    public sealed class Opaque(StoreObject item) : ContextElement(item.PrintedPath)
    {
        public StoreObject Item { get; } = item;
    }

    /// <summary>An output of a derivation.</summary>
    public sealed class Built(DerivationFile derivation, string outputName)
        : ContextElement($"!{outputName}!{derivation.PrintedPath}")
    {
        public DerivationFile Derivation { get; } = derivation;

        public string OutputName { get; } = outputName;
    }

    /// <summary>A derivation with all that it needs, and all outputs of all derivations in that.</summary>
    public sealed class DrvDeep(DerivationFile derivation) : ContextElement($"={derivation.PrintedPath}")
    {
        public DerivationFile Derivation { get; } = derivation;
    }

    /// <summary>The store that the element is of.</summary>
    internal StoreDir StoreDir =>
        this switch
        {
            Opaque opaque => opaque.Item.StoreDir,
            Built built => built.Derivation.StoreDir,
            DrvDeep deep => deep.Derivation.StoreDir,
            _ => throw new System.Diagnostics.UnreachableException($"No case of a context is {GetType()}."),
        };

    public int CompareTo(ContextElement? other) => string.CompareOrdinal(_text, other?._text);

    public bool Equals(ContextElement? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as ContextElement);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As Nix writes it: <c>/nix/store/…</c>, <c>!out!/nix/store/….drv</c> or <c>=/nix/store/….drv</c>.</summary>
    public override string ToString() => _text;
}
