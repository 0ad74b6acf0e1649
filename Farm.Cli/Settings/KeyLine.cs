using System.Text;

namespace Farm.Cli.Settings;

/// <summary>Finds the line on which a HOCON text sets a key, for error messages.</summary>
/// <remarks>The text has been parsed before, so that it is well formed. What an include sets is not found.</remarks>
public static class KeyLine
{
    /// <returns>The first such line, from 1; null when the text does not set the key itself.</returns>
    public static int? Find(string text, string key)
    {
        var sections = new Stack<string>();
        var word = new StringBuilder();
        var line = 1;
        var lineOfWord = 1;
        var isValue = false;
        var lists = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '#' || (c == '/' && at + 1 < text.Length && text[at + 1] == '/'))
            {
                at = EndOfLine(text, at) - 1;
                continue;
            }
            if (c == '"')
            {
                var end = EndOfQuote(text, at);
                word.Append(text.AsSpan(at + 1, end - at - 1));
                line += text.AsSpan(at, end - at).Count('\n');
                at = end;
                continue;
            }
            switch (c)
            {
                case '[':
                    lists++;
                    break;
                case ']':
                    lists--;
                    break;
                case '=' or ':' when !isValue && lists == 0:
                    if (Path(sections, word) == key)
                    {
                        return lineOfWord;
                    }
                    isValue = true;
                    sections.Push(Path(sections, word));
                    word.Clear();
                    break;
                case '{' when lists == 0:
                    if (!isValue)
                    {
                        if (word.ToString().Trim().Length > 0 && Path(sections, word) == key)
                        {
                            return lineOfWord;
                        }
                        sections.Push(Path(sections, word));
                    }
                    isValue = false;
                    word.Clear();
                    break;
                case '\n' or ',' or '}' when lists == 0:
                    if (isValue)
                    {
                        sections.Pop();
                        isValue = false;
                    }
                    word.Clear();
                    if (c == '}' && sections.Count > 0)
                    {
                        sections.Pop();
                    }
                    break;
                case '+':
                    break;
                default:
                    if (word.ToString().Trim().Length == 0 && !char.IsWhiteSpace(c))
                    {
                        lineOfWord = line;
                    }
                    word.Append(c);
                    break;
            }
            if (c == '\n')
            {
                line++;
            }
        }
        return null;
    }

    private static string Path(Stack<string> sections, StringBuilder word)
    {
        var key = word.ToString().Trim();
        return (sections.TryPeek(out var section), key.Length) switch
        {
            (false, _) => key,
            (true, 0) => section!,
            _ => section!.Length == 0 ? key : $"{section}.{key}",
        };
    }

    private static int EndOfLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    private static int EndOfQuote(string text, int at)
    {
        for (var end = at + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == '"')
            {
                return end;
            }
        }
        return text.Length - 1;
    }
}
