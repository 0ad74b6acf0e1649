using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>A claim that a store path follows from its content: method and hash.</summary>
/// <remarks>Shape: <c>text:sha256:…</c>, <c>fixed:sha256:…</c> (flat), <c>fixed:r:sha256:…</c>, <c>fixed:git:sha1:…</c>, the hash
/// printed in nix32 and read in base-16, nix32 or base-64. "None" is a null reference, never an empty value.
/// Source: Nix manual, "Content-addressing store objects"; Nix's <c>libstore/content-address.cc</c>.</remarks>
public sealed record ContentAddress
{
    private const string TextPrefix = "text:";
    private const string FixedPrefix = "fixed:";

    private ContentAddress(ContentAddressMethod method, Hash hash) => (Method, Hash) = (method, hash);

    public ContentAddressMethod Method { get; }

    public Hash Hash { get; }

    public MethodAlgorithm MethodAlgorithm => MethodAlgorithm.Create(Method, Hash.Algorithm);

    /// <exception cref="NixFormatException">The method does not go with the hash's algorithm.</exception>
    public static ContentAddress Create(ContentAddressMethod method, Hash hash)
    {
        _ = MethodAlgorithm.Create(method, hash.Algorithm);
        return new(method, hash);
    }

    /// <exception cref="NixFormatException">The prefix is unknown, the hash cannot be read, or they do not go together.</exception>
    public static ContentAddress Parse(string text) =>
        TryParse(text, out var value)
            ? value
            : throw new NixFormatException(
                $"'{text}' is no content address; it is 'text:' or 'fixed:', 'r:' or 'git:' where it applies, and a hash that is not in SRI form."
            );

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ContentAddress? value
    )
    {
        value = null;
        var isFixed = text.StartsWith(FixedPrefix, StringComparison.Ordinal);
        if (!isFixed && !text.StartsWith(TextPrefix, StringComparison.Ordinal))
            return false;
        var rest = isFixed ? text[FixedPrefix.Length..] : text;
        var colon = rest.LastIndexOf(':');
        if (colon < 0 || !MethodAlgorithm.TryParse(rest[..colon], out var how))
            return false;
        if (isFixed == (how.Method == ContentAddressMethod.Text))
            return false;
        // The hash has lost its prefix here, so what is left must not be an SRI hash with a prefix of its own.
        if (rest[(colon + 1)..].Contains('-') || !Hash.TryParse(rest[(colon + 1)..], how.Algorithm, out var hash))
            return false;
        value = new(how.Method, hash);
        return true;
    }

    public override string ToString() =>
        Method == ContentAddressMethod.Text
            ? $"{TextPrefix}{Hash}"
            : $"{FixedPrefix}{Method.Prefix()}{Hash.Print(HashFormat.Nix32)}";
}
