using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using Farm.Derivations.Making;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Derivations;

/// <summary>A value of an attribute: null, boolean, integer, fraction, text, list, set, derivation or store object.</summary>
/// <remarks>Made by conversion: <c>1</c>, <c>true</c>, <c>"text"</c>, <c>$"{zlib}/lib"</c> (which keeps the context), <c>["a", zlib]</c>,
/// a set, a derivation, a source. A C# null where a NixValue is wanted is Nix's null.</remarks>
[InterpolatedStringHandler]
[CollectionBuilder(typeof(NixValue), nameof(List))]
public sealed class NixValue : IEnumerable<NixValue>
{
    private NixValue(NixTerm term) => Term = term;

    /// <summary>For the compiler: begins an interpolated string.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public NixValue(int literalLength, int formattedCount) =>
        Term = new NixTerm.Text(new NixString(literalLength, formattedCount));

    /// <summary>Nix's null.</summary>
    public static NixValue Null { get; } = new(new NixTerm.Null());

    internal NixTerm Term { get; }

    public static implicit operator NixValue(bool value) => new(new NixTerm.Boolean(value));

    public static implicit operator NixValue(int value) => new(new NixTerm.Integer(value));

    public static implicit operator NixValue(long value) => new(new NixTerm.Integer(value));

    public static implicit operator NixValue(double value) => new(new NixTerm.Fraction(value));

    public static implicit operator NixValue(string? text) => text is null ? Null : new(new NixTerm.Text(text));

    public static implicit operator NixValue(NixString? text) => text is null ? Null : new(new NixTerm.Text(text));

    public static implicit operator NixValue(AttributeSet? set) => set is null ? Null : new(new NixTerm.Set(set));

    public static implicit operator NixValue(Derivation? derivation) =>
        derivation is null ? Null : new(new NixTerm.Text(derivation.OutPath));

    public static implicit operator NixValue(StoreObject? item) =>
        item is null ? Null : new(new NixTerm.Text(item.Reference));

    public static implicit operator NixValue(NixValue?[] items) => List(items);

    public static implicit operator NixValue(string[] items) => List([.. items.Select(item => (NixValue?)item)]);

    public static implicit operator NixValue(NixString[] items) => List([.. items.Select(item => (NixValue?)item)]);

    public static implicit operator NixValue(Derivation[] items) => List([.. items.Select(item => (NixValue?)item)]);

    /// <summary>A list.</summary>
    public static NixValue List(params ReadOnlySpan<NixValue?> items)
    {
        var values = ImmutableArray.CreateBuilder<NixValue>(items.Length);
        foreach (var item in items)
            values.Add(item ?? Null);
        return new(new NixTerm.List(values.MoveToImmutable()));
    }

    /// <summary>The items of a list.</summary>
    /// <exception cref="DerivationException">The value is no list.</exception>
    public IEnumerator<NixValue> GetEnumerator() =>
        Term is NixTerm.List list
            ? ((IEnumerable<NixValue>)list.Items).GetEnumerator()
            : throw new DerivationException($"{Term.Shown} is no list.");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

#pragma warning disable CS0809 // As with NixString.
    /// <summary>Does not compile: see <see cref="NixString.ToString"/>.</summary>
    [Obsolete("This could lose a context: use the NixString from which the value is made.", error: true)]
    public override string ToString() =>
        Coercion.ToText(this) is { Context.IsEmpty: true } text
            ? text.Text
            : throw new InvalidOperationException(Interpolation.LossOf(Coercion.ToText(this).Text));
#pragma warning restore CS0809

    /// <summary>For the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendLiteral(string text) => Interpolated.AppendLiteral(text);

    /// <summary>For the compiler.</summary>
    /// <exception cref="DerivationException">The value has no text that means the same in Nix.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendFormatted<T>(T value, int alignment = 0, string? format = null) =>
        Interpolated.AppendFormatted(value, alignment, format);

    /// <summary>For the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendFormatted(ReadOnlySpan<char> text) => Interpolated.AppendFormatted(text);

    /// <inheritdoc cref="NixString.AppendFormatted(bool)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Nix has no text for a boolean: write what you mean, such as (x ? \"1\" : \"0\").", error: true)]
    public void AppendFormatted(bool value) => throw new NotSupportedException();

    /// <inheritdoc cref="NixString.AppendFormatted(StorePath)"/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("A StorePath has no context: interpolate the source or derivation that it belongs to.", error: true)]
    public void AppendFormatted(StorePath path) => throw new NotSupportedException();

    private NixString Interpolated =>
        Term is NixTerm.Text text
            ? text.Value
            : throw new InvalidOperationException("The value is whole already; nothing can be added to it.");
}
