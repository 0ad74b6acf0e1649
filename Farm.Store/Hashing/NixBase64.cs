namespace Farm.Store.Hashing;

/// <summary>Base-64 as Nix reads it: standard alphabet, line feeds skipped, the end at the first <c>=</c>.</summary>
/// <remarks>Two leniencies, both Nix's: missing padding is accepted, and so is anything after the first <c>=</c>.
/// Source: Nix's <c>libutil/base-n.cc</c>.</remarks>
public static class NixBase64
{
    /// <summary>How many characters print <paramref name="byteCount"/> bytes, padding included.</summary>
    public static int EncodedLength(int byteCount) => (byteCount + 2) / 3 * 4;

    /// <summary>Reads text that must stand for exactly <paramref name="bytes"/>.Length bytes.</summary>
    /// <returns>False for another length or a foreign character.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var filled = 0;
        uint bits = 0;
        var bitCount = 0;
        foreach (var character in text)
        {
            if (character == '=')
                break;
            if (character == '\n')
                continue;
            if (ValueOf(character) is not (>= 0 and var value))
                return false;
            bits = (bits << 6) | (uint)value;
            bitCount += 6;
            if (bitCount < 8)
                continue;
            bitCount -= 8;
            if (filled == bytes.Length)
                return false;
            bytes[filled++] = (byte)(bits >> bitCount);
        }
        return filled == bytes.Length;
    }

    private static int ValueOf(char character) =>
        character switch
        {
            >= 'A' and <= 'Z' => character - 'A',
            >= 'a' and <= 'z' => character - 'a' + 26,
            >= '0' and <= '9' => character - '0' + 52,
            '+' => 62,
            '/' => 63,
            _ => -1,
        };
}
