using Farm.Daemon.Configuration;

namespace Farm.Tests.Daemon.Configuration;

public sealed class NixConfTextTests
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["/etc/nix/other.conf"] = "cores = 5\n!include deeper/third.conf",
        ["/etc/nix/deeper/third.conf"] = "timeout = 7",
        ["/etc/nix/loop.conf"] = "include loop.conf",
    };

    [Fact]
    public void Words_of_a_value_are_joined_by_one_blank_and_comments_are_left_out()
    {
        var read = Read("trusted-users =  root\t@wheel   # who may\n# nothing\n\n  cores = 3#4\r\nsubstituters =");
        Assert.Equal(
            [
                new NixAssignment("trusted-users", "root @wheel"),
                new NixAssignment("cores", "3"),
                new NixAssignment("substituters", ""),
            ],
            read
        );
    }

    [Fact]
    public void Files_are_included_where_they_are_named_relative_to_the_file_that_names_them()
    {
        var read = Read("cores = 1\ninclude other.conf\ncores = 2\n!include /nowhere/at/all");
        Assert.Equal(
            [
                new NixAssignment("cores", "1"),
                new NixAssignment("cores", "5"),
                new NixAssignment("timeout", "7"),
                new NixAssignment("cores", "2"),
            ],
            read
        );
    }

    [Theory]
    [InlineData("justone", "illegal configuration line 'justone' in '/etc/nix/nix.conf'")]
    [InlineData("a b c", "illegal configuration line 'a b c' in '/etc/nix/nix.conf'")]
    [InlineData("cores=3", "illegal configuration line 'cores=3' in '/etc/nix/nix.conf'")]
    [InlineData("include a b", "illegal configuration line 'include a b' in '/etc/nix/nix.conf'")]
    [InlineData("include nope", "file '/etc/nix/nope' included from '/etc/nix/nix.conf' not found")]
    public void What_is_no_line_is_refused_in_the_words_of_nix(string text, string message) =>
        Assert.Equal(message, Assert.Throws<NixConfException>(() => Read(text)).Message);

    [Fact]
    public void A_file_that_includes_itself_is_refused_at_once() =>
        Assert.Equal(
            "file '/etc/nix/loop.conf' includes itself, by '/etc/nix/loop.conf'",
            Assert.Throws<NixConfException>(() => Read("cores = 1\ninclude loop.conf")).Message
        );

    [Fact]
    public void A_file_that_includes_itself_by_ever_other_names_is_refused_when_it_is_deep() =>
        Assert.Contains(
            "more than 64 files deep",
            Assert
                .Throws<NixConfException>(() =>
                    NixConfText.Read("include ./nix.conf", "/etc/nix/nix.conf", _ => "include ./nix.conf").ToArray()
                )
                .Message
        );

    [Fact]
    public void A_file_may_be_included_twice() =>
        Assert.Equal(3, Read("include other.conf\ninclude deeper/third.conf").Length);

    private static NixAssignment[] Read(string text) =>
        [.. NixConfText.Read(text, "/etc/nix/nix.conf", Files.GetValueOrDefault)];
}
