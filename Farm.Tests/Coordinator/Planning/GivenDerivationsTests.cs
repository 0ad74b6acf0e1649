using Farm.Coordinator.Planning;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Coordinator.Planning;

public sealed class GivenDerivationsTests
{
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-given.drv");

    [Fact]
    public async Task One_that_was_not_given_for_long_is_removed()
    {
        using var directory = new TemporaryDirectory();
        var given = new GivenDerivations(directory.File("given"), StoreDir.Default);
        given.Clean(DateTimeOffset.UtcNow);
        Assert.Null(await given.FindAsync(Drv, CancellationToken.None));
        await given.AddAsync(
            Drv,
            "Derive([(\"out\",\"/nix/store/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-given\",\"\",\"\")],[],[],\"x\",\"y\",[],[])"u8.ToArray(),
            CancellationToken.None
        );
        given.Clean(DateTimeOffset.UtcNow + GivenDerivations.KeptFor - TimeSpan.FromMinutes(1));
        Assert.Equal("given", (await given.FindAsync(Drv, CancellationToken.None))?.Name.ToString());
        given.Clean(DateTimeOffset.UtcNow + GivenDerivations.KeptFor + TimeSpan.FromMinutes(1));
        Assert.Null(await given.FindAsync(Drv, CancellationToken.None));
    }
}
