using System.Globalization;
using System.Text;

namespace Farm.Actors.Configuration;

/// <summary>Reads the smallest parts of a HOCON text: space, comments, strings.</summary>
internal sealed class HoconCursor(string text, string origin)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public HoconPosition Position => new(origin, _line, _at - _lineStart + 1);
    public bool IsAtEnd => _at >= text.Length;
    public char Next => IsAtEnd ? '\0' : text[_at];
    public bool IsAtNewLine => Next == '\n';
    public bool IsAtComment => Next == '#' || StartsWith("//");

    public bool StartsWith(string token) => string.CompareOrdinal(text, _at, token, 0, token.Length) == 0;

    public bool TrySkip(string token)
    {
        if (!StartsWith(token))
            return false;
        foreach (var _ in token)
            Take();
        return true;
    }

    public char Take()
    {
        var taken = text[_at++];
        if (taken == '\n')
            (_line, _lineStart) = (_line + 1, _at);
        return taken;
    }

    /// <summary>Takes white space within the line.</summary>
    public string TakeSpace()
    {
        var start = _at;
        while (!IsAtEnd && !IsAtNewLine && (char.IsWhiteSpace(Next) || Next == '\uFEFF'))
            _at++;
        return text[start.._at];
    }

    /// <summary>Skips white space, new lines and comments.</summary>
    /// <returns>True when a new line was among them.</returns>
    public bool SkipBlank()
    {
        var line = _line;
        while (true)
        {
            TakeSpace();
            if (IsAtComment)
            {
                while (!IsAtEnd && !IsAtNewLine)
                    _at++;
            }
            else if (IsAtNewLine)
                Take();
            else
                return _line != line;
        }
    }

    /// <summary>Takes characters that need no quotes; none when there is none.</summary>
    /// <param name="isKey">A dot and a colon end what is taken.</param>
    public string TakeUnquoted(bool isKey)
    {
        var start = _at;
        while (
            !IsAtEnd
            && !char.IsWhiteSpace(Next)
            && !HoconText.Reserved.Contains(Next, StringComparison.Ordinal)
            && !StartsWith("//")
            && !(isKey && Next == '.')
        )
            _at++;
        return text[start.._at];
    }

    public string TakeQuoted()
    {
        var opened = Position;
        if (TrySkip("\"\"\""))
            return TakeTripleQuoted(opened);
        Take();
        var value = new StringBuilder();
        while (!IsAtEnd && !IsAtNewLine)
        {
            var c = Take();
            if (c == '"')
                return value.ToString();
            value.Append(c == '\\' ? TakeEscape(opened) : c);
        }
        throw opened.Error(
            "this quoted string has no end: close it with \" on its line, or use \"\"\" for many lines."
        );
    }

    private string TakeTripleQuoted(HoconPosition opened)
    {
        var value = new StringBuilder();
        while (!IsAtEnd)
        {
            if (StartsWith("\"\"\"") && !StartsWith("\"\"\"\""))
            {
                TrySkip("\"\"\"");
                return value.ToString();
            }
            value.Append(Take());
        }
        throw opened.Error("this string has no end: close it with \"\"\".");
    }

    private char TakeEscape(HoconPosition opened)
    {
        if (IsAtEnd)
            throw opened.Error("this quoted string has no end: close it with \".");
        var at = Position;
        var c = Take();
        return c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => TakeCodeUnit(at),
            _ => throw at.Error($"'\\{c}' is no escape: use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX."),
        };
    }

    private char TakeCodeUnit(HoconPosition at)
    {
        const int digits = 4;
        if (
            _at + digits > text.Length
            || !ushort.TryParse(
                text.AsSpan(_at, digits),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var unit
            )
        )
            throw at.Error("\\u needs four hexadecimal digits.");
        _at += digits;
        return (char)unit;
    }
}
