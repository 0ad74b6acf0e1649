using Farm.Store;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Paths;

public sealed class StoreDirTests
{
    private const string BaseName = "8bznhhm6dlj274in8lqs9av03bg1xdab-src.txt";

    private static readonly StorePath Path = StorePath.Parse(BaseName);

    [Theory]
    [InlineData("/nix/store")]
    [InlineData("/home/u/nix/store")]
    [InlineData("/t\u00e9mp/store")]
    public void ParsePath_reads_what_Print_printed(string directory)
    {
        var storeDir = StoreDir.Parse(directory);
        var full = storeDir.Print(Path);
        Assert.Equal($"{directory}/{BaseName}", full);
        Assert.Equal(Path, storeDir.ParsePath(full));
        Assert.Equal(Path, storeDir.ParsePath(System.Text.Encoding.UTF8.GetBytes(full)));
        Assert.True(storeDir.TryParsePath(full, out var again));
        Assert.Equal(Path, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("nix/store")]
    [InlineData("/nix/store/")]
    [InlineData("/nix//store")]
    [InlineData("/nix/./store")]
    [InlineData("/nix/../store")]
    [InlineData("/nix/st\0re")]
    public void Parse_refuses_a_directory_that_is_not_canonical(string text) =>
        Assert.Throws<NixFormatException>(() => StoreDir.Parse(text));

    [Theory]
    [InlineData("/gnu/store/" + BaseName)]
    [InlineData("/nix/store")]
    [InlineData("/nix/store/")]
    [InlineData("/nix/storex/" + BaseName)]
    [InlineData("/nix/store//" + BaseName)]
    [InlineData("/nix/store/" + BaseName + "/")]
    [InlineData("/nix/store/" + BaseName + "/bin")]
    [InlineData(BaseName)]
    [InlineData("")]
    public void ParsePath_refuses_what_is_not_directly_in_the_directory(string full)
    {
        Assert.Throws<NixFormatException>(() => StoreDir.Default.ParsePath(full));
        Assert.Throws<NixFormatException>(() => StoreDir.Default.ParsePath(System.Text.Encoding.UTF8.GetBytes(full)));
        Assert.False(StoreDir.Default.TryParsePath(full, out _));
    }

    [Theory]
    [InlineData("/nix//store/" + BaseName + "/")]
    [InlineData("/nix/x/../store/./" + BaseName)]
    public void ParseTolerantPath_resolves_what_people_write(string full) =>
        Assert.Equal(Path, StoreDir.Default.ParseTolerantPath(full));

    [Theory]
    [InlineData("/nix/store/" + BaseName, "")]
    [InlineData("/nix/store/" + BaseName + "/bin/sh", "/bin/sh")]
    public void ParseInside_divides_a_path_from_what_is_inside(string full, string inside) =>
        Assert.Equal((Path, inside), StoreDir.Default.ParseInside(full));

    [Fact]
    public void ParseInside_refuses_the_store_directory_itself() =>
        Assert.Throws<NixFormatException>(() => StoreDir.Default.ParseInside("/nix/store"));

    [Fact]
    public void The_default_value_throws_on_use()
    {
        Assert.Throws<InvalidOperationException>(() => default(StoreDir).Print(Path));
        Assert.Throws<InvalidOperationException>(() => default(StoreDir).TryParsePath("/x"u8, out _));
    }
}
