using Farm.Worker.Builtins;
using Farm.Worker.Planning;

namespace Farm.Tests.Worker.Planning;

public sealed class UserEnvironmentTests
{
    [Fact]
    public void A_directory_of_one_package_is_one_link()
    {
        var made = Make(["/a/bin/x"], new UserPackage("/a", true, 5));
        Assert.Equal(["bin -> /a/bin"], made);
    }

    [Fact]
    public void A_directory_of_two_packages_has_links_to_the_files_of_both()
    {
        var made = Make(["/a/bin/x", "/b/bin/y"], new UserPackage("/a", true, 5), new UserPackage("/b", true, 5));
        Assert.Equal(["bin/x -> /a/bin/x", "bin/y -> /b/bin/y"], made);
    }

    [Fact]
    public void The_lower_priority_number_has_the_file()
    {
        var made = Make(["/a/f", "/b/f"], new UserPackage("/a", true, 5), new UserPackage("/b", true, 4));
        Assert.Equal(["f -> /b/f"], made);
    }

    [Fact]
    public void A_file_of_two_packages_of_one_priority_is_a_conflict_in_the_words_of_Nix()
    {
        var conflict = Assert.Throws<BuiltinException>(() =>
            Make(["/a/f", "/b/f"], new UserPackage("/a", true, 5), new UserPackage("/b", true, 5))
        );
        Assert.Equal(
            "packages '/b/f' and '/a/f' have the same priority 5; use 'nix-env --set-flag priority NUMBER INSTALLED_PKGNAME' to change the priority of one of the conflicting packages (0 being the highest priority)",
            conflict.Message
        );
    }

    [Fact]
    public void Packages_that_others_ask_for_come_after_all_others()
    {
        var files = new FakeFiles(["/a/f", "/b/f", "/b/g", "/c/g"]);
        files.Texts["/a/nix-support/propagated-user-env-packages"] = "/b /c\n/a";
        var made = Make(files, new UserPackage("/a", true, 5));
        Assert.Equal(["f -> /a/f", "g -> /b/g"], made);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("true 5")]
    [InlineData("true x 1 /a")]
    [InlineData("true 5 2 /a")]
    public void A_list_that_is_cut_short_or_has_no_number_is_refused(string derivations) =>
        Assert.Throws<BuiltinException>(() => UserPackage.Read(derivations));

    [Fact]
    public void A_list_is_groups_of_words() =>
        Assert.Equal(
            [new("/a", true, 5), new("/b", true, 5), new("/c", false, -1)],
            UserPackage.Read("true 5 2 /a\n/b  false -1 1 /c")
        );

    private static List<string> Make(string[] files, params UserPackage[] packages) =>
        Make(new FakeFiles(files), packages);

    private static List<string> Make(FakeFiles files, params UserPackage[] packages)
    {
        var links = new List<string>();
        Collect(new UserEnvironment(files, warning => Assert.Fail(warning)).Make(packages, "/out"), "", links);
        return links;
    }

    private static void Collect(UserEnvironmentEntry.Directory directory, string place, List<string> links)
    {
        foreach (var (name, entry) in directory.Entries)
        {
            if (entry is UserEnvironmentEntry.Link link)
                links.Add($"{place}{name} -> {link.Target}");
            else
                Collect((UserEnvironmentEntry.Directory)entry, $"{place}{name}/", links);
        }
    }

    /// <summary>Files without links; directories are what is above them.</summary>
    private sealed class FakeFiles(string[] files) : IPackageFiles
    {
        public Dictionary<string, string> Texts { get; } = [];

        public IReadOnlyList<string>? List(string directory) =>
            IsDirectory(directory) == true
                ?
                [
                    .. files
                        .Where(file => file.StartsWith(directory + "/", StringComparison.Ordinal))
                        .Select(file => file[(directory.Length + 1)..].Split('/')[0])
                        .Distinct()
                        .Order(StringComparer.Ordinal),
                ]
                : null;

        public bool? IsDirectory(string path) =>
            files.Contains(path) ? false
            : files.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal)) ? true
            : null;

        public string Resolve(string path) => path;

        public string? ReadText(string file) => Texts.GetValueOrDefault(file);
    }
}
