using Farm.Store;
using Farm.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

public sealed class NewDirectoryTests
{
    [Fact]
    public void A_directory_is_made_with_those_above_it_and_one_that_is_there_stays()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("a/b/c");
        Assert.Equal(path, NewDirectory.Make(path));
        File.WriteAllText($"{path}/file", "text");
        NewDirectory.Make(path);
        Assert.Equal("text", File.ReadAllText($"{path}/file"));
    }

    [Theory]
    [InlineData("/dev/null/store", "'/dev/null' is no directory")]
    [InlineData("/dev/null", "'/dev/null' is no directory")]
    [InlineData("/proc/a/b", "'/proc' takes none")]
    public void What_is_in_the_way_is_named(string path, string reason)
    {
        var refused = Assert.Throws<StoreException.NoDirectory>(() => NewDirectory.Make(path));
        Assert.StartsWith(
            $"The directory '{path}' cannot be made: {reason}",
            refused.Message,
            StringComparison.Ordinal
        );
    }
}
