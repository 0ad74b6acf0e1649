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

    private static int Compare(string left, string right)
    {
        var leftColon = left.IndexOf(':');
        var rightColon = right.IndexOf(':');
        if (leftColon < 0 || rightColon < 0)
            return string.CompareOrdinal(left, right);
        var order = left.AsSpan(0, leftColon).CompareTo(right.AsSpan(0, rightColon), StringComparison.Ordinal);
        if (order != 0)
            return order;
        order = Decode(left[(leftColon + 1)..]).AsSpan().SequenceCompareTo(Decode(right[(rightColon + 1)..]));
        return order != 0 ? order : string.CompareOrdinal(left, right);
    }

    private static byte[] Decode(string base64)
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
