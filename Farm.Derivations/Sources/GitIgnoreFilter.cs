using Farm.Derivations.Ignoring;
using Farm.Store.Local;

namespace Farm.Derivations.Sources;

/// <summary>Leaves out <c>.git</c> and what the <c>.gitignore</c> files of a tree ignore.</summary>
/// <remarks>Files are read when their directory is met, and once. Not for use by two threads at a time.</remarks>
internal sealed class GitIgnoreFilter : TreeFilter
{
    private const string FileName = ".gitignore";

    private readonly string _root;
    private readonly IgnoreRules _above;
    private readonly Dictionary<string, IgnoreRules> _rules = new(StringComparer.Ordinal);

    private GitIgnoreFilter(string root, IgnoreRules above) => (_root, _above) = (root, above);

    /// <param name="root">The directory that is taken. Rules of directories above it hold up to the one with <c>.git</c>, if there is one.</param>
    public static GitIgnoreFilter Of(string root)
    {
        var above = IgnoreRules.Empty;
        var way = Ancestors(root);
        for (var i = 0; i < way.Count; i++)
        {
            // What a rule above says is told as a path from where the rule is; the part down to the root stands before it.
            var prefix = string.Concat(way.Skip(i).Select(step => step.Name + "/"));
            above = above.Then(Read(way[i].Directory), prefix);
        }
        return new GitIgnoreFilter(root, above);
    }

    public override bool Includes(string path, TreeEntryKind kind)
    {
        var slash = path.LastIndexOf('/');
        if (path.AsSpan(slash + 1).SequenceEqual(".git"))
            return false;
        return !RulesOf(slash < 0 ? "" : path[..slash]).Ignores(path, kind == TreeEntryKind.Directory);
    }

    /// <summary>The rules that hold in a directory: of those above it, then its own.</summary>
    private IgnoreRules RulesOf(string directory)
    {
        if (_rules.TryGetValue(directory, out var known))
            return known;
        var slash = directory.LastIndexOf('/');
        var outer = directory.Length == 0 ? _above : RulesOf(slash < 0 ? "" : directory[..slash]);
        var rules = outer.Within(Read(Path.Combine(_root, directory)), directory);
        _rules.Add(directory, rules);
        return rules;
    }

    private static string Read(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, FileName));
        // Git does not follow a link here.
        return file.Exists && file.LinkTarget is null ? File.ReadAllText(file.FullName) : "";
    }

    /// <summary>Directories above the root that belong to its repository, the outermost first, each with the name of the next step down.</summary>
    private static List<(string Directory, string Name)> Ancestors(string root)
    {
        var way = new List<(string, string)>();
        for (var at = root; ; )
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                way.Reverse();
                return way;
            }
            if (Path.GetDirectoryName(at) is not { } parent)
                return [];
            way.Add((parent, Path.GetFileName(at)));
            at = parent;
        }
    }
}
