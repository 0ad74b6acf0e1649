using Farm.Cli;
using Farm.Cli.Building;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Building;

public sealed class OutLinkTests
{
    [Fact]
    public void A_link_to_a_directory_is_made_and_replaced()
    {
        using var directory = new TemporaryDirectory();
        var (link, first, second) = (directory.File("result"), directory.File("first"), directory.File("second"));
        Directory.CreateDirectory(first);
        Directory.CreateDirectory(second);

        OutLink.Make(link, first);
        Assert.Equal(first, new FileInfo(link).LinkTarget);
        OutLink.Make(link, second);
        Assert.Equal(second, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_file_in_the_way_is_not_replaced()
    {
        using var directory = new TemporaryDirectory();
        var link = directory.File("result");
        File.WriteAllText(link, "mine");
        var refused = Assert.Throws<CommandException>(() => OutLink.Make(link, directory.Path));
        Assert.Contains("--out-link", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(link));
    }

    [Fact]
    public void A_registered_link_is_found_through_the_roots()
    {
        using var directory = new TemporaryDirectory();
        var link = directory.File("result");
        OutLink.Make(link, directory.Path);
        Assert.True(OutLink.TryRegister(directory.File("root"), link));
        var root = Assert.Single(Directory.GetFileSystemEntries(directory.File("root/nix/var/nix/gcroots/auto")));
        Assert.Equal(link, new FileInfo(root).LinkTarget);
    }
}
