namespace Farm.Actors.Configuration;

/// <summary>Reads a HOCON text into what was written.</summary>
/// <remarks>Source: the HOCON specification of the "config" library. Not read: <c>include url(…)</c> and
/// <c>include classpath(…)</c>.</remarks>
internal sealed class HoconParser
{
    /// <summary>Objects and lists inside one another, and keys in a path; a text that nests deeper is refused.</summary>
    private const int MaxDepth = 200;

    private readonly HoconCursor _cursor;
    private readonly Func<string, bool, HoconElement.Fields> _include;
    private readonly IReadOnlyList<string> _filePrefix;
    private IReadOnlyList<string> _path;
    private int _depth;

    /// <param name="text">The text.</param>
    /// <param name="origin">Its name in errors.</param>
    /// <param name="filePrefix">The path at which this text is included; empty for the first.</param>
    /// <param name="include">Reads another text by its name; true asks that it exists.</param>
    private HoconParser(
        string text,
        string origin,
        IReadOnlyList<string> filePrefix,
        Func<string, IReadOnlyList<string>, bool, HoconElement.Fields> include
    )
    {
        _cursor = new HoconCursor(text.ReplaceLineEndings("\n"), origin);
        _filePrefix = filePrefix;
        _path = filePrefix;
        _include = (name, isRequired) => include(name, _path, isRequired);
    }

    /// <exception cref="HoconParserException">The text is no HOCON.</exception>
    public static HoconElement.Fields Parse(
        string text,
        string origin,
        IReadOnlyList<string> filePrefix,
        Func<string, IReadOnlyList<string>, bool, HoconElement.Fields> include
    ) => new HoconParser(text, origin, filePrefix, include).ParseRoot();

    private HoconElement.Fields ParseRoot()
    {
        _cursor.SkipBlank();
        var opened = _cursor.Position;
        var root = new HoconElement.Fields();
        ParseFields(root, _cursor.TrySkip("{") ? opened : null);
        _cursor.SkipBlank();
        if (!_cursor.IsAtEnd)
            throw _cursor.Position.Error($"'{_cursor.Next}' stands after the end of the configuration: remove it.");
        return root;
    }

    private void ParseFields(HoconElement.Fields fields, HoconPosition? opened)
    {
        while (true)
        {
            _cursor.SkipBlank();
            if (opened is not null && _cursor.TrySkip("}"))
                return;
            if (_cursor.IsAtEnd)
            {
                if (opened is { } at)
                    throw at.Error("this object has no end: close it with }.");
                return;
            }
            if (_cursor.Next == '}')
                throw _cursor.Position.Error("this } closes no object: remove it.");
            if (!TryParseInclude(fields))
                ParseField(fields);
            ExpectSeparator('}');
        }
    }

    private void ParseField(HoconElement.Fields fields)
    {
        var at = _cursor.Position;
        var key = ParsePath("a key");
        _cursor.TakeSpace();
        var outer = _path;
        _path = [.. outer, .. key];
        if (_path.Count > MaxDepth)
            throw at.Error($"a path of more than {MaxDepth} keys: flatten it.");
        if (_cursor.Next == '{')
            fields.Define(key, ParseValue());
        else if (_cursor.TrySkip("+="))
            fields.Define(key, ParseAppended());
        else if (_cursor.TrySkip("=") || _cursor.TrySkip(":"))
            fields.Define(key, ParseValue());
        else
            throw at.Error($"the key '{string.Join('.', key)}' has no value: write = or : or {{ after it.");
        _path = outer;
    }

    private HoconElement.Joined ParseAppended()
    {
        var at = _cursor.Position;
        var before = new HoconElement.Reference(_path, [], isOptional: true, at);
        return new HoconElement.Joined([before, new HoconElement.Items([ParseValue()])], at);
    }

    private bool TryParseInclude(HoconElement.Fields fields)
    {
        const string word = "include";
        if (!_cursor.StartsWith(word + " ") && !_cursor.StartsWith(word + "\t"))
            return false;
        var at = _cursor.Position;
        _cursor.TrySkip(word);
        _cursor.TakeSpace();
        if (_cursor.Next is '=' or ':' or '{' or '+')
            throw at.Error("'include' as a key must be quoted: write \"include\".");
        var isRequired = _cursor.TrySkip("required(");
        var isFile = _cursor.TrySkip("file(");
        if (_cursor.Next != '"')
            throw _cursor.Position.Error("include needs a quoted file name: include \"file.hocon\".");
        var name = _cursor.TakeQuoted();
        if ((isFile && !_cursor.TrySkip(")")) || (isRequired && !_cursor.TrySkip(")")))
            throw _cursor.Position.Error("this include has no end: close it with ).");
        try
        {
            fields.Include(_include(name, isRequired));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw at.Error($"cannot include \"{name}\": {e.Message}", e);
        }
        return true;
    }

    private HoconElement ParseValue()
    {
        var start = _cursor.Position;
        _cursor.SkipBlank();
        var at = _cursor.Position;
        var parts = new List<HoconElement>();
        while (TryParsePart() is { } part)
        {
            parts.Add(part);
            var space = _cursor.TakeSpace();
            if (space.Length > 0)
                parts.Add(new HoconElement.Space(space));
        }
        if (parts is [.., HoconElement.Space])
            parts.RemoveAt(parts.Count - 1);
        return parts switch
        {
            [] => throw start.Error(
                $"the value of '{string.Join('.', _path)}' is missing: write one, or \"\" for none."
            ),
            [var only] => Single(only),
            _ => new HoconElement.Joined(parts, at),
        };
    }

    private static HoconElement Single(HoconElement only) =>
        only is HoconElement.Literal { IsBare: true, Value: HoconValue.Text { Value: "null" } }
            ? new HoconElement.Literal(new HoconValue.Null())
            : only;

    private HoconElement? TryParsePart()
    {
        if (_cursor.IsAtEnd || _cursor.IsAtNewLine || _cursor.IsAtComment)
            return null;
        switch (_cursor.Next)
        {
            case '{':
                return Nested(ParseObject);
            case '[':
                return Nested(ParseList);
            case '"':
                return new HoconElement.Literal(new HoconValue.Text(_cursor.TakeQuoted()));
            case '$':
                return ParseReference();
            case ',' or '}' or ']':
                return null;
        }
        var at = _cursor.Position;
        var text = _cursor.TakeUnquoted(isKey: false);
        if (text.Length == 0)
            text = TakeSign(at);
        return new HoconElement.Literal(new HoconValue.Text(text), isBare: true);
    }

    /// <summary>A colon, as in a URL or an address, and a plus or star are let through where the specification asks for quotes.</summary>
    private string TakeSign(HoconPosition at)
    {
        if (_cursor.Next is ':' or '+' or '*' or '@' or '?' or '!' or '&')
            return _cursor.Take().ToString();
        throw at.Error($"'{_cursor.Next}' may stand only in a quoted string: put the value in \"…\".");
    }

    private HoconElement Nested(Func<HoconPosition, HoconElement> parse)
    {
        if (++_depth > MaxDepth)
            throw _cursor.Position.Error(
                $"more than {MaxDepth} objects and lists stand inside one another: flatten them."
            );
        var opened = _cursor.Position;
        _cursor.Take();
        var parsed = parse(opened);
        _depth--;
        return parsed;
    }

    private HoconElement.Fields ParseObject(HoconPosition opened)
    {
        var fields = new HoconElement.Fields();
        ParseFields(fields, opened);
        return fields;
    }

    private HoconElement.Items ParseList(HoconPosition opened)
    {
        var items = new List<HoconElement>();
        while (true)
        {
            _cursor.SkipBlank();
            if (_cursor.TrySkip("]"))
                return new HoconElement.Items(items);
            if (_cursor.IsAtEnd)
                throw opened.Error("this list has no end: close it with ].");
            items.Add(ParseValue());
            ExpectSeparator(']');
        }
    }

    private HoconElement.Reference ParseReference()
    {
        var at = _cursor.Position;
        _cursor.Take();
        if (!_cursor.TrySkip("{"))
            throw at.Error("'$' begins a substitution: write ${path}, or put the value in \"…\".");
        var isOptional = _cursor.TrySkip("?");
        _cursor.TakeSpace();
        var path = ParsePath("a path");
        _cursor.TakeSpace();
        if (!_cursor.TrySkip("}"))
            throw at.Error("this substitution has no end: close it with }.");
        return new HoconElement.Reference(path, _filePrefix, isOptional, at);
    }

    private List<string> ParsePath(string what)
    {
        var keys = new List<string>();
        do
        {
            var at = _cursor.Position;
            var key = _cursor.Next == '"' ? _cursor.TakeQuoted() : _cursor.TakeUnquoted(isKey: true);
            if (key.Length == 0)
                throw at.Error(
                    _cursor.IsAtEnd
                        ? $"{what} is expected, but the text ends."
                        : $"{what} is expected, not '{_cursor.Next}': names with special characters are written in \"…\"."
                );
            keys.Add(key);
        } while (_cursor.TrySkip("."));
        return keys;
    }

    private void ExpectSeparator(char end)
    {
        var isNewLine = _cursor.SkipBlank();
        if (_cursor.TrySkip(",") || isNewLine || _cursor.IsAtEnd || _cursor.Next == end)
            return;
        throw _cursor.Position.Error($"'{_cursor.Next}' is not expected here: write a comma, a new line or '{end}'.");
    }
}
