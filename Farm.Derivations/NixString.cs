using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Farm.Derivations.Making;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Derivations;

/// <summary>A text and the store objects that it must not exist without; Nix's string.</summary>
/// <remarks>An interpolated string where a NixString is wanted keeps the context of all that stands in it. What would lose the
/// context does not compile, or throws where the compiler cannot see it: <see cref="ToString"/> of a text with context.
/// Not to be shared before it is whole, which it is as soon as anything is asked of it. Source: Nix manual, "String context".</remarks>
[InterpolatedStringHandler]
[DebuggerDisplay("{Text,nq} ({Context.Count} in context)")]
public sealed class NixString : IEquatable<NixString>
{
    private StringBuilder? _open;
    private string _text = "";

    /// <summary>For the compiler: begins an interpolated string.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public NixString(int literalLength, int formattedCount) =>
        _open = new StringBuilder(literalLength + (formattedCount * 64));

    internal NixString(string text, StringContext context) => (_text, Context) = (text, context);

    /// <summary>No text.</summary>
    public static NixString Empty { get; } = new("", StringContext.Empty);

    /// <summary>What the text must not exist without.</summary>
    public StringContext Context { get; private set; } = StringContext.Empty;

    /// <summary>How many UTF-16 units the text has.</summary>
    public int Length => Text.Length;

    /// <summary>The text alone; only for what takes the context too.</summary>
    internal string Text
    {
        get
        {
            if (_open is { } open)
            {
                _text = open.ToString();
                _open = null;
            }
            return _text;
        }
    }

    public static implicit operator NixString(string text) => new(text, StringContext.Empty);

    public static implicit operator NixString(Derivation derivation) => derivation.OutPath;

    public static implicit operator NixString(StoreObject item) => item.Reference;

    public static NixString operator +(NixString left, NixString right) =>
        new(left.Text + right.Text, left.Context.Union(right.Context));

    /// <summary>The texts one after the other.</summary>
    public static NixString Concat(params ReadOnlySpan<NixString> parts) => Join(Empty, parts);

    /// <summary>The texts one after the other, with a text between each two; it counts into the context also when there is nothing between.</summary>
    public static NixString Join(NixString separator, params ReadOnlySpan<NixString> parts)
    {
        var text = new StringBuilder();
        var context = separator.Context;
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
                text.Append(separator.Text);
            text.Append(parts[i].Text);
            context = context.Union(parts[i].Context);
        }
        return new(text.ToString(), context);
    }

    /// <inheritdoc cref="Join(NixString, ReadOnlySpan{NixString})"/>
    public static NixString Join(NixString separator, IEnumerable<NixString> parts) => Join(separator, [.. parts]);

    /// <summary>Every occurrence of a text replaced. The context of what replaces it is taken over where it occurs, as Nix's <c>replaceStrings</c> does.</summary>
    /// <exception cref="ArgumentException">The text to replace is empty.</exception>
    public NixString Replace(string old, NixString replacement) =>
        Text.Contains(old, StringComparison.Ordinal)
            ? new(Text.Replace(old, replacement.Text, StringComparison.Ordinal), Context.Union(replacement.Context))
            : this;

    /// <summary>A part of the text, with the whole context. Counted in UTF-16 units, where Nix's <c>substring</c> counts bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the text.</exception>
    public NixString Substring(int start, int length) => new(Text.Substring(start, length), Context);

    /// <inheritdoc cref="Substring(int, int)"/>
    public NixString Substring(int start) => new(Text[start..], Context);

    /// <summary>Without white space at both ends; the context stays whole.</summary>
    public NixString Trim() => new(Text.Trim(), Context);

    /// <summary>The same text with more in its context.</summary>
    public NixString WithContext(StringContext context) => new(Text, Context.Union(context));

    /// <summary>The text without what it needs. Whoever uses it takes care that those objects are there; Nix's <c>unsafeDiscardStringContext</c>.</summary>
    public string UnsafeDiscardContext() => Text;

    /// <summary>References to derivations with all that they need become references to the <c>.drv</c> files alone; Nix's
    /// <c>unsafeDiscardOutputDependency</c>.</summary>
    public NixString UnsafeDiscardOutputDependency() =>
        new(
            Text,
            Context.Select(element =>
                element is ContextElement.DrvDeep deep ? new ContextElement.Opaque(deep.Derivation) : element
            )
        );

    public bool Equals(NixString? other) => other is not null && Text == other.Text && Context.Equals(other.Context);

    public override bool Equals(object? obj) => Equals(obj as NixString);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

#pragma warning disable CS0809 // A direct call is refused when compiling; this is for calls that the compiler does not see.
    /// <summary>The text, where it has no context to lose.</summary>
    /// <exception cref="InvalidOperationException">It has.</exception>
    [Obsolete(
        "This would lose the context: keep it in a NixString, or say UnsafeDiscardContext() where that is meant.",
        error: true
    )]
    public override string ToString() =>
        Context.IsEmpty ? Text : throw new InvalidOperationException(Interpolation.LossOf(Text));
#pragma warning restore CS0809

    /// <summary>For the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendLiteral(string text) => Append(text, StringContext.Empty);

    /// <summary>For the compiler.</summary>
    /// <exception cref="DerivationException">The value has no text that means the same in Nix.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendFormatted<T>(T value, int alignment = 0, string? format = null)
    {
        var part = Interpolation.Part(value, format);
        var padding = Math.Max(0, Math.Abs(alignment) - part.Length);
        if (alignment > 0)
            Append(new string(' ', padding), StringContext.Empty);
        Append(part.Text, part.Context);
        if (alignment < 0)
            Append(new string(' ', padding), StringContext.Empty);
    }

    /// <summary>For the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendFormatted(ReadOnlySpan<char> text) => Append(text.ToString(), StringContext.Empty);

    /// <summary>Does not compile: true is <c>1</c> and false is nothing in an attribute, and neither is a text.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Nix has no text for a boolean: write what you mean, such as (x ? \"1\" : \"0\").", error: true)]
    public void AppendFormatted(bool value) => throw new NotSupportedException();

    /// <summary>Does not compile: a StorePath has no context.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("A StorePath has no context: interpolate the source or derivation that it belongs to.", error: true)]
    public void AppendFormatted(StorePath path) => throw new NotSupportedException();

    private void Append(string text, StringContext context)
    {
        if (_open is not { } open)
            throw new InvalidOperationException("The text is whole already; nothing can be added to it.");
        open.Append(text);
        Context = Context.Union(context);
    }
}
