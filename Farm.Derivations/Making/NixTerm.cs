using System.Collections.Immutable;

namespace Farm.Derivations.Making;

/// <summary>What a <see cref="NixValue"/> is. Derivations and store objects are texts already.</summary>
internal abstract record NixTerm
{
    private NixTerm() { }

    /// <summary>What messages call the value.</summary>
    public string Shown =>
        this switch
        {
            Null => "null",
            Boolean boolean => boolean.Value ? "true" : "false",
            Integer integer => $"the integer {integer.Value}",
            Fraction fraction => $"the fraction {fraction.Value}",
            Text text => $"the text '{text.Value.Text}'",
            List => "a list",
            Set => "a set",
            _ => throw new System.Diagnostics.UnreachableException($"No case of a value is {GetType()}."),
        };

    public sealed record Null : NixTerm;

    public sealed record Boolean(bool Value) : NixTerm;

    public sealed record Integer(long Value) : NixTerm;

    public sealed record Fraction(double Value) : NixTerm;

    public sealed record Text(NixString Value) : NixTerm;

    public sealed record List(ImmutableArray<NixValue> Items) : NixTerm
    {
        // An immutable array would be compared by identity, which would pass for equality.
        public bool Equals(List? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Length;
    }

    public sealed record Set(AttributeSet Value) : NixTerm;
}
