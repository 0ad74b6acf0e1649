using System.Collections.Immutable;

namespace Farm.Daemon.Configuration;

/// <summary>Reads the text of a <c>nix.conf</c>.</summary>
/// <remarks>Shape: lines <c>name = word…</c>, <c>include FILE</c> and <c>!include FILE</c>; <c>#</c> begins a comment anywhere in
/// a line. Words are separated by blanks, tabs and carriage returns, the equals sign is one. A file that is included is read where it is named,
/// relative to the directory of the file that names it. Source: Nix manual, "nix.conf", file format.</remarks>
public static class NixConfText
{
    /// <summary>Deepest nesting of files that include others, against files that include themselves by ever other names.</summary>
    public const int MaxDepth = 64;

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <param name="text">The configuration.</param>
    /// <param name="origin">Absolute path of the file, or another name, for messages.</param>
    /// <param name="open">Gives the text of an included file by its absolute path; null where there is none.</param>
    /// <returns>In the order in which they count; later ones replace earlier ones.</returns>
    /// <exception cref="NixConfException">A line is none, or a file is missing.</exception>
    public static IEnumerable<NixAssignment> Read(string text, string origin, Func<string, string?> open) =>
        Read(text, [origin], open);

    /// <param name="within">The file, after those that it is included from.</param>
    private static IEnumerable<NixAssignment> Read(
        string text,
        ImmutableList<string> within,
        Func<string, string?> open
    )
    {
        foreach (var whole in text.Split('\n'))
        {
            var line = whole.Split('#', 2)[0];
            var words = line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case []:
                    break;
                case ["include" or "!include", var file]:
                    foreach (var included in Include(words[0] == "!include", file, within, open))
                        yield return included;
                    break;
                case [not ("include" or "!include"), "=", .. var value]:
                    yield return new NixAssignment(words[0], string.Join(' ', value));
                    break;
                default:
                    throw new NixConfException($"illegal configuration line '{line}' in '{within[^1]}'");
            }
        }
    }

    private static IEnumerable<NixAssignment> Include(
        bool mayBeMissing,
        string file,
        ImmutableList<string> within,
        Func<string, string?> open
    )
    {
        var origin = within[^1];
        var path = file.StartsWith('/') ? file : $"{DirectoryOf(origin)}/{file}";
        if (within.Contains(path))
            throw new NixConfException($"file '{path}' includes itself, by '{origin}'");
        if (within.Count > MaxDepth)
            throw new NixConfException($"file '{path}' is included from '{origin}' more than {MaxDepth} files deep");
        if (open(path) is { } text)
            return Read(text, within.Add(path), open);
        return mayBeMissing ? [] : throw new NixConfException($"file '{path}' included from '{origin}' not found");
    }

    private static string DirectoryOf(string origin) => origin.LastIndexOf('/') is >= 0 and var at ? origin[..at] : ".";
}
