using Farm.Store.Hashing;

namespace Farm.Store.PathInfos;

/// <summary>The text of a signature, as far as it can be told without a key.</summary>
/// <remarks>Shape: a key name that is not empty, a colon, base-64. Source: Nix manual, "Store path signatures".</remarks>
public static class SignatureText
{
    /// <summary>Longest signature text read.</summary>
    public const int MaxLength = 4096;

    /// <summary>By key name, then by the bytes of the signature: the order in which Nix writes them.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Whether the text has the form of a signature.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && text.Length <= MaxLength && DecodedLength(text[(colon + 1)..]) > 0;
    }

    /// <summary>A text without a colon, which no signature is, is all name.</summary>
    private static int Compare(string left, string right)
    {
        var order = Name(left).CompareTo(Name(right), StringComparison.Ordinal);
        if (order != 0)
            return order;
        order = Decode(Digits(left)).AsSpan().SequenceCompareTo(Decode(Digits(right)));
        return order != 0 ? order : string.CompareOrdinal(left, right);
    }

    private static ReadOnlySpan<char> Name(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? text.AsSpan(0, colon) : text;

    private static ReadOnlySpan<char> Digits(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? text.AsSpan(colon + 1) : [];

    private static byte[] Decode(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Math.Max(0, DecodedLength(base64))];
        return NixBase64.TryDecode(base64, bytes) ? bytes : [];
    }

    private static int DecodedLength(ReadOnlySpan<char> base64)
    {
        var digits = 0;
        foreach (var character in base64)
        {
            if (character == '=')
                break;
            if (character == '\n')
                continue;
            if (!(char.IsAsciiLetterOrDigit(character) || character is '+' or '/'))
                return -1;
            digits++;
        }
        return digits * 6 / 8;
    }
}
