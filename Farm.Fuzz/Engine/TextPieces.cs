namespace Farm.Fuzz.Engine;

/// <summary>Divides text into words and single marks.</summary>
internal static class TextPieces
{
    public static IReadOnlyList<byte[]> Divide(ReadOnlySpan<byte> text)
    {
        var pieces = new List<byte[]>();
        while (!text.IsEmpty)
        {
            var length = 0;
            while (length < text.Length && IsOfWord(text[length]))
                length++;
            length = Math.Max(1, length);
            pieces.Add(text[..length].ToArray());
            text = text[length..];
        }
        return pieces;
    }

    private static bool IsOfWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value >= 0x80;
}
