using Farm.Derivations;
using Farm.Derivations.Sources;
using Farm.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations.Ignoring;

public sealed class GitIgnoreTests
{
    private const int Trees = 25;

    private static readonly string[] Names =
    [
        "a",
        "b",
        "ab",
        "foo",
        "Foo",
        "bar.txt",
        "x.o",
        "é",
        "x y",
        "[z]",
        "#h",
        "!n",
        "a.b.c",
        "*",
        "b-d",
        "z\\q",
        "7",
    ];

    private static readonly string[] Parts =
    [
        "a",
        "b",
        "foo",
        "*",
        "**",
        "?",
        "*.txt",
        "[a-f]oo",
        "[!a]*",
        "[[:digit:]]",
        "x*",
        "*.o",
        "é",
        "a?",
        "\\*",
        "\\#h",
        "[]z]*",
        "b[-a]d",
        "***",
        "f**",
        "[[]z]",
        "z\\\\q",
        "[z-a]",
        "[a",
        "**o",
        "a**b",
        "[[:x:]]",
    ];

    [RequiresGitFact]
    public async Task Generated_trees_with_nested_rules_are_ignored_as_git_ignores_them()
    {
        for (var seed = 0; seed < Trees; seed++)
        {
            using var directory = new TemporaryDirectory();
            var random = new Random(seed);
            var git = await GitTree.CreateAsync(directory.File("tree"));
            var paths = new SortedDictionary<string, TreeEntryKind>(StringComparer.Ordinal);
            Fill(random, directory.File("tree"), "", 0, paths);

            var ignored = await git.IgnoredAsync(paths.Keys);

            var filter = GitIgnoreFilter.Of(directory.File("tree"));
            foreach (var (path, kind) in paths)
            {
                var isOurs = !IsTaken(filter, paths, path);
                Assert.True(
                    isOurs == ignored.Contains(path),
                    $"Seed {seed}: '{path}' ({kind}) is {(isOurs ? "" : "not ")}ignored here; rules: {Rules(directory.File("tree"))}"
                );
            }
        }
    }

    [RequiresGitFact]
    public async Task A_directory_inside_a_repository_obeys_the_rules_above_it()
    {
        using var directory = new TemporaryDirectory();
        await GitTree.CreateAsync(directory.File("tree"));
        Directory.CreateDirectory(directory.File("tree/deep/project/src"));
        await File.WriteAllTextAsync(directory.File("tree/.gitignore"), "*.log\n/deep/project/src/no\ndeep/*/x\n");
        await File.WriteAllTextAsync(directory.File("tree/deep/.gitignore"), "!keep.log\nproject/src/y\n");
        foreach (var name in new[] { "a.log", "keep.log", "src/no", "src/yes", "src/y", "x" })
            await File.WriteAllTextAsync(directory.File($"tree/deep/project/{name}"), name);

        var source = await Source.GitAsync(directory.File("tree/deep/project"));

        Assert.Equal(["keep.log", "src/yes"], await SourceListing.FilesAsync(source));
    }

    [Fact]
    public async Task Without_a_repository_the_files_of_the_directory_itself_decide_and_dot_git_is_left_out()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tree/out"));
        await File.WriteAllTextAsync(directory.File(".gitignore"), "kept\n");
        await File.WriteAllTextAsync(directory.File("tree/.gitignore"), "out/\r\n# comment\n\n");
        await File.WriteAllTextAsync(directory.File("tree/kept"), "");
        await File.WriteAllTextAsync(directory.File("tree/out/x"), "");

        var source = await Source.GitAsync(directory.File("tree"));

        Assert.Equal([".gitignore", "kept"], await SourceListing.FilesAsync(source));
    }

    /// <summary>As a walk would have it: what is in a directory that is left out is left out.</summary>
    private static bool IsTaken(GitIgnoreFilter filter, SortedDictionary<string, TreeEntryKind> paths, string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (!filter.Includes(path[..slash], TreeEntryKind.Directory))
                return false;
        }
        return filter.Includes(path, paths[path]);
    }

    private static void Fill(
        Random random,
        string root,
        string prefix,
        int depth,
        SortedDictionary<string, TreeEntryKind> paths
    )
    {
        if (depth == 0 || random.Next(3) == 0)
            File.WriteAllText(Path.Combine(root, prefix + ".gitignore"), Rules(random));
        for (var i = 0; i < 6; i++)
        {
            var path = prefix + Names[random.Next(Names.Length)];
            if (paths.ContainsKey(path))
                continue;
            if (depth < 3 && random.Next(2) == 0)
            {
                Directory.CreateDirectory(Path.Combine(root, path));
                paths.Add(path, TreeEntryKind.Directory);
                Fill(random, root, path + "/", depth + 1, paths);
            }
            else
            {
                File.WriteAllText(Path.Combine(root, path), "");
                paths.Add(path, TreeEntryKind.Regular);
            }
        }
    }

    private static string Rules(Random random)
    {
        var lines = Enumerable
            .Range(0, random.Next(6))
            .Select(_ =>
            {
                var parts = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Parts[random.Next(Parts.Length)]);
                return (random.Next(4) == 0 ? "!" : "")
                    + (random.Next(4) == 0 ? "/" : "")
                    + string.Join('/', parts)
                    + (random.Next(4) == 0 ? "/" : "")
                    + (random.Next(6) == 0 ? " " : "")
                    + (random.Next(8) == 0 ? "\r" : "");
            });
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static string Rules(string root) =>
        string.Join(
            " | ",
            Directory
                .EnumerateFiles(root, ".gitignore", SearchOption.AllDirectories)
                .Select(file => $"{Path.GetRelativePath(root, file)}: {File.ReadAllText(file)}")
        );
}
