using System.Text;

namespace Farm.Derivations.Ignoring;

/// <summary>One line of a <c>.gitignore</c> file.</summary>
/// <remarks>A pattern with a slash at its start or in its middle holds for the path from the file's directory; another for the name
/// in any directory below. A slash at its end wants a directory. Source: git's documentation of gitignore.</remarks>
internal sealed class IgnoreRule
{
    private readonly byte[] _pattern;
    private readonly int _plainLength;
    private readonly bool _wantsDirectory;
    private readonly bool _isAnchored;

    private IgnoreRule(byte[] pattern, bool isNegated, bool wantsDirectory, bool isAnchored)
    {
        (_pattern, IsNegated, _wantsDirectory, _isAnchored) = (pattern, isNegated, wantsDirectory, isAnchored);
        var special = pattern.AsSpan().IndexOfAny("*?[\\"u8);
        _plainLength = special < 0 ? pattern.Length : special;
    }

    /// <summary>Whether what matches is taken in again.</summary>
    public bool IsNegated { get; }

    /// <param name="line">Without the line feed; a carriage return before that belongs to it.</param>
    /// <returns>Null for a blank line or a comment.</returns>
    public static IgnoreRule? Parse(string line)
    {
        var pattern = WithoutTrailingBlanks(line.EndsWith('\r') ? line.Remove(line.Length - 1) : line);
        if (pattern.Length == 0 || pattern[0] == '#')
            return null;
        var isNegated = pattern[0] == '!';
        if (isNegated)
            pattern = pattern[1..];
        var wantsDirectory = pattern.EndsWith('/');
        if (wantsDirectory)
            pattern = pattern.Remove(pattern.Length - 1);
        var isAnchored = pattern.Contains('/', StringComparison.Ordinal);
        if (pattern.StartsWith('/'))
            pattern = pattern[1..];
        return pattern.Length == 0
            ? null
            : new IgnoreRule(Encoding.UTF8.GetBytes(pattern), isNegated, wantsDirectory, isAnchored);
    }

    /// <param name="path">From the directory of the file, with slashes.</param>
    /// <param name="isDirectory">Whether a directory is there.</param>
    public bool Matches(ReadOnlySpan<byte> path, bool isDirectory)
    {
        if (_wantsDirectory && !isDirectory)
            return false;
        if (!_isAnchored)
            return WildMatch.IsMatch(_pattern, path[(path.LastIndexOf((byte)'/') + 1)..], slashIsSpecial: false);
        // As git does: what has no wildcard is compared first, and two stars behind it stand at a start.
        var plain = _pattern.AsSpan(0, _plainLength);
        return path.StartsWith(plain)
            && WildMatch.IsMatch(_pattern.AsSpan(_plainLength), path[_plainLength..], slashIsSpecial: true);
    }

    /// <summary>Blanks at the end count only behind a backslash.</summary>
    private static string WithoutTrailingBlanks(string line)
    {
        var blanks = -1;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == ' ')
            {
                blanks = blanks < 0 ? at : blanks;
                continue;
            }
            blanks = -1;
            if (line[at] == '\\')
                at++;
        }
        return blanks < 0 ? line : line[..blanks];
    }
}
