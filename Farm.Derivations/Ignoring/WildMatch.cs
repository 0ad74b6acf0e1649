namespace Farm.Derivations.Ignoring;

/// <summary>Matches a shell's pattern as git does.</summary>
/// <remarks><c>?</c> and <c>*</c> stop at slashes, <c>**</c> between slashes crosses them; brackets hold characters, ranges and
/// classes; a backslash takes the next character as it is. Source: git's documentation of gitignore; POSIX, "Pattern matching notation".</remarks>
internal static class WildMatch
{
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">A path or a name.</param>
    /// <param name="slashIsSpecial">Whether slashes stop wildcards; a name has none.</param>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool slashIsSpecial) =>
        Match(pattern, text, slashIsSpecial, atSegmentStart: true);

    private static bool Match(
        ReadOnlySpan<byte> pattern,
        ReadOnlySpan<byte> text,
        bool slashIsSpecial,
        bool atSegmentStart
    )
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == (byte)'*')
                return MatchStar(pattern, text, slashIsSpecial, atSegmentStart);
            if (text.IsEmpty)
                return false;
            switch (pattern[0])
            {
                case (byte)'?':
                    if (text[0] == (byte)'/' && slashIsSpecial)
                        return false;
                    pattern = pattern[1..];
                    break;
                case (byte)'[':
                    if (text[0] == (byte)'/' && slashIsSpecial)
                        return false;
                    if (BracketSet.Match(pattern, text[0], out var length) != true)
                        return false;
                    pattern = pattern[length..];
                    break;
                case (byte)'\\':
                    // At the end of a pattern it can match nothing.
                    if (pattern.Length == 1 || pattern[1] != text[0])
                        return false;
                    pattern = pattern[2..];
                    break;
                default:
                    if (pattern[0] != text[0])
                        return false;
                    pattern = pattern[1..];
                    break;
            }
            atSegmentStart = text[0] == (byte)'/';
            text = text[1..];
        }
        return text.IsEmpty;
    }

    private static bool MatchStar(
        ReadOnlySpan<byte> pattern,
        ReadOnlySpan<byte> text,
        bool slashIsSpecial,
        bool atSegmentStart
    )
    {
        var stars = pattern.IndexOfAnyExcept((byte)'*');
        var rest = stars < 0 ? [] : pattern[stars..];
        stars = stars < 0 ? pattern.Length : stars;
        // Two stars cross slashes only where they are a whole part of the path.
        var crosses = !slashIsSpecial || (stars >= 2 && atSegmentStart && (rest.IsEmpty || rest[0] == (byte)'/'));
        if (crosses && slashIsSpecial)
        {
            if (rest.IsEmpty)
                return true;
            // "**/" also stands for no directory at all.
            if (Match(rest[1..], text, slashIsSpecial, atSegmentStart: true))
                return true;
        }
        for (var at = 0; ; at++)
        {
            if (Match(rest, text[at..], slashIsSpecial, at > 0 && text[at - 1] == (byte)'/'))
                return true;
            if (at == text.Length || (!crosses && text[at] == (byte)'/'))
                return false;
        }
    }
}
