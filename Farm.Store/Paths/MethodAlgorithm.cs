using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>How an output is addressed by content, before the content is known: method and hash algorithm.</summary>
/// <remarks>Shape: <c>sha256</c> (flat), <c>r:sha256</c>, <c>text:sha256</c>, <c>git:sha1</c>: the third field of an output in a
/// derivation. Text wants SHA-256, git SHA-1 or SHA-256.</remarks>
public readonly record struct MethodAlgorithm
{
    private readonly HashAlgorithm _algorithm;

    private MethodAlgorithm(ContentAddressMethod method, HashAlgorithm algorithm) =>
        (Method, _algorithm) = (method, algorithm);

    public ContentAddressMethod Method { get; }

    public HashAlgorithm Algorithm =>
        _algorithm == default
            ? throw new InvalidOperationException("default(MethodAlgorithm) has no algorithm.")
            : _algorithm;

    /// <exception cref="NixFormatException">The method does not go with the algorithm.</exception>
    public static MethodAlgorithm Create(ContentAddressMethod method, HashAlgorithm algorithm) =>
        BrokenRule(method, algorithm) is { } rule ? throw new NixFormatException($"{rule}.") : new(method, algorithm);

    /// <exception cref="NixFormatException">It is none, or the method does not go with the algorithm.</exception>
    public static MethodAlgorithm Parse(string text) =>
        TryParse(text, out var value)
            ? value
            : throw new NixFormatException(
                $"'{text}' is no content address method with its algorithm; write for example 'sha256', 'r:sha256' or 'text:sha256'."
            );

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MethodAlgorithm value)
    {
        value = default;
        var colon = text.IndexOf(':');
        ContentAddressMethod? method = text[..(colon + 1)] switch
        {
            "" => ContentAddressMethod.Flat,
            "r:" => ContentAddressMethod.Nar,
            "text:" => ContentAddressMethod.Text,
            "git:" => ContentAddressMethod.Git,
            _ => null,
        };
        if (method is not { } known || !HashText.TryParseAlgorithm(text[(colon + 1)..], out var algorithm))
            return false;
        if (BrokenRule(known, algorithm) is not null)
            return false;
        value = new(known, algorithm);
        return true;
    }

    public override string ToString() => Method.Prefix() + Algorithm.Name();

    private static string? BrokenRule(ContentAddressMethod method, HashAlgorithm algorithm) =>
        (method, algorithm) switch
        {
            (ContentAddressMethod.Text, not HashAlgorithm.Sha256) => "The text method goes with sha256 only",
            (ContentAddressMethod.Git, HashAlgorithm.Md5 or HashAlgorithm.Sha512) =>
                "The git method goes with sha1 or sha256 only",
            _ => null,
        };
}
