using System.Collections.Immutable;

namespace Farm.Store.Derivations;

/// <summary>Which outputs of a derivation are meant.</summary>
/// <remarks>Shape: <c>*</c>, or names separated by commas. Compared by value. Source: Nix's <c>libstore/outputs-spec.hh</c>.</remarks>
public abstract record OutputsSpec
{
    private OutputsSpec() { }

    /// <summary>All that the derivation has.</summary>
    public sealed record All : OutputsSpec
    {
        public override string ToString() => "*";
    }

    /// <summary>Those with these names; at least one, in byte order.</summary>
    public sealed record Names : OutputsSpec
    {
        /// <exception cref="NixFormatException">There is none, or one that cannot be an output's name.</exception>
        public Names(params IEnumerable<string> names)
        {
            Outputs = names.ToImmutableSortedSet(StringComparer.Ordinal);
            if (Outputs.IsEmpty || Outputs.Any(name => name.Length == 0 || name.AsSpan().ContainsAny("!,*/\0")))
                throw new NixFormatException(
                    $"'{string.Join(',', Outputs)}' does not name outputs; write '*', or names with commas between."
                );
        }

        public ImmutableSortedSet<string> Outputs { get; }

        public bool Equals(Names? other) => other is not null && Outputs.SequenceEqual(other.Outputs);

        public override int GetHashCode() => HashCode.Combine(Outputs.Count, Outputs[0]);

        public override string ToString() => string.Join(',', Outputs);
    }

    /// <summary>Whether the output is meant.</summary>
    public bool Includes(string outputName) => this is not Names names || names.Outputs.Contains(outputName);

    /// <exception cref="NixFormatException">It is neither <c>*</c> nor a list of names.</exception>
    public static OutputsSpec Parse(string text) => text == "*" ? new All() : new Names(text.Split(','));
}
