using System.Collections.Immutable;
using System.Text;

namespace Farm.Derivations.Ignoring;

/// <summary>Rules of several <c>.gitignore</c> files, the outermost first. The last that matches decides.</summary>
/// <remarks>Nothing below an ignored directory can be taken in again; whoever walks a tree sees to that by not entering it.
/// Source: git's documentation of gitignore.</remarks>
public sealed class IgnoreRules
{
    private readonly ImmutableArray<Placed> _rules;

    private IgnoreRules(ImmutableArray<Placed> rules) => _rules = rules;

    /// <param name="Strip">What stands before the part of a path that the rule sees.</param>
    /// <param name="Prefix">What the rule sees before the path.</param>
    private readonly record struct Placed(IgnoreRule Rule, string Strip, string Prefix);

    /// <summary>Nothing is ignored.</summary>
    public static IgnoreRules Empty { get; } = new([]);

    /// <summary>With the rules of a file in a directory below.</summary>
    /// <param name="text">The file.</param>
    /// <param name="directory">The directory's path, without a slash at its end; empty for the root.</param>
    public IgnoreRules Within(string text, string directory) =>
        With(text, directory.Length == 0 ? "" : directory + "/", "");

    /// <summary>With the rules of a file in a directory above.</summary>
    /// <param name="text">The file.</param>
    /// <param name="prefix">The way from that directory down to the root, with a slash at its end.</param>
    public IgnoreRules Then(string text, string prefix) => With(text, "", prefix);

    /// <summary>Whether a path is ignored by itself, not by a directory above it.</summary>
    /// <param name="path">From the root, with slashes.</param>
    /// <param name="isDirectory">Whether a directory is there; a link to one is none.</param>
    public bool Ignores(string path, bool isDirectory)
    {
        for (var i = _rules.Length - 1; i >= 0; i--)
        {
            var (rule, strip, prefix) = _rules[i];
            if (!path.StartsWith(strip, StringComparison.Ordinal))
                continue;
            if (rule.Matches(Encoding.UTF8.GetBytes(prefix + path[strip.Length..]), isDirectory))
                return !rule.IsNegated;
        }
        return false;
    }

    private IgnoreRules With(string text, string strip, string prefix)
    {
        var rules = _rules.ToBuilder();
        // Git skips a byte order mark at the start.
        foreach (var line in text.TrimStart('\uFEFF').Split('\n'))
        {
            if (IgnoreRule.Parse(line) is { } rule)
                rules.Add(new Placed(rule, strip, prefix));
        }
        return rules.Count == _rules.Length ? this : new(rules.ToImmutable());
    }
}
