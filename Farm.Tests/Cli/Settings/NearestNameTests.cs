using Farm.Cli.Settings;

namespace Farm.Tests.Cli.Settings;

public sealed class NearestNameTests
{
    private static readonly string[] Keys = ["farm.worker.slots", "farm.worker.name", "farm.coordinator.listen"];

    [Fact]
    public void A_misspelt_key_finds_its_neighbour() =>
        Assert.Equal("farm.worker.slots", NearestName.Find("farm.worker.slot", Keys));

    [Fact]
    public void A_key_unlike_all_others_finds_none() =>
        Assert.Null(NearestName.Find("farm.gc.keep-outputs.for.ever.x", Keys));

    [Fact]
    public void Without_candidates_there_is_none() => Assert.Null(NearestName.Find("farm.x", []));
}
