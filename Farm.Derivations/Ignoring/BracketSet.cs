namespace Farm.Derivations.Ignoring;

/// <summary>A set of characters in a pattern: <c>[a-z]</c>, <c>[!x]</c>, <c>[[:digit:]]</c>.</summary>
internal static class BracketSet
{
    /// <param name="pattern">Begins with the bracket.</param>
    /// <param name="value">What is to be in the set.</param>
    /// <param name="length">How much of the pattern the set is.</param>
    /// <returns>Null where the bracket is never closed or a class is unknown: such a pattern matches nothing.</returns>
    public static bool? Match(ReadOnlySpan<byte> pattern, byte value, out int length)
    {
        length = 0;
        var at = 1;
        var isNegated = at < pattern.Length && pattern[at] is (byte)'!' or (byte)'^';
        if (isNegated)
            at++;
        var isFound = false;
        for (var isFirst = true; ; isFirst = false)
        {
            if (at >= pattern.Length)
                return null;
            // A closing bracket at the start is a character like others.
            if (pattern[at] == (byte)']' && !isFirst)
                break;
            if (pattern[at..].StartsWith("[:"u8))
            {
                var end = pattern[(at + 2)..].IndexOf((byte)']');
                if (end < 0)
                    return null;
                // Without a colon before the bracket it is no class but a plain set.
                if (end > 0 && pattern[at + 1 + end] == (byte)':')
                {
                    if (InClass(pattern.Slice(at + 2, end - 1), (char)value) is not { } inClass)
                        return null;
                    isFound |= inClass;
                    at += end + 3;
                    continue;
                }
            }
            if (!TryTake(pattern, ref at, out var low))
                return null;
            var high = low;
            if (at + 1 < pattern.Length && pattern[at] == (byte)'-' && pattern[at + 1] != (byte)']')
            {
                at++;
                if (!TryTake(pattern, ref at, out high))
                    return null;
            }
            isFound |= value >= low && value <= high;
        }
        length = at + 1;
        return isFound != isNegated;
    }

    private static bool TryTake(ReadOnlySpan<byte> pattern, ref int at, out byte value)
    {
        value = 0;
        if (pattern[at] == (byte)'\\')
            at++;
        if (at >= pattern.Length)
            return false;
        value = pattern[at++];
        return true;
    }

    private static bool? InClass(ReadOnlySpan<byte> name, char character) =>
        System.Text.Encoding.ASCII.GetString(name) switch
        {
            "alnum" => char.IsAsciiLetterOrDigit(character),
            "alpha" => char.IsAsciiLetter(character),
            "blank" => character is ' ' or '\t',
            "cntrl" => character is < ' ' or '\u007f',
            "digit" => char.IsAsciiDigit(character),
            "graph" => character is > ' ' and < '\u007f',
            "lower" => char.IsAsciiLetterLower(character),
            "print" => character is >= ' ' and < '\u007f',
            "punct" => character is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(character),
            "space" => character is ' ' or (>= '\t' and <= '\r'),
            "upper" => char.IsAsciiLetterUpper(character),
            "xdigit" => char.IsAsciiHexDigit(character),
            _ => null,
        };
}
