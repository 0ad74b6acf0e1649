using Farm.Cli.Settings;

namespace Farm.Tests.Cli.Settings;

public sealed class UnknownKeysTests
{
    private static readonly Config Reference = ConfigurationFactory.ParseString(
        "farm { worker { slots = 2, name = a, systems = [x] }, coordinator.listen = \"http://x\" }, other = 1"
    );

    [Fact]
    public void Known_keys_are_fine() =>
        Assert.Null(UnknownKeys.First(Parse("farm { worker { slots = 3, systems = [] } }"), Reference));

    [Fact]
    public void What_is_not_below_farm_is_for_others() =>
        Assert.Null(UnknownKeys.First(Parse("slots = 3, akka.loglevel = DEBUG"), Reference));

    [Fact]
    public void A_misspelt_key_is_found_with_the_one_that_was_meant() =>
        Assert.Equal(
            new UnknownKeys.Unknown("farm.worker.slot", "farm.worker.slots"),
            UnknownKeys.First(Parse("farm.worker { name = b, slot = 3 }"), Reference)
        );

    [Fact]
    public void A_value_where_a_section_is_needed_is_found() =>
        Assert.Equal("farm.worker", UnknownKeys.First(Parse("farm.worker = 3"), Reference)?.Key);

    [Fact]
    public void A_section_where_a_value_is_needed_is_found() =>
        Assert.Equal("farm.worker.slots", UnknownKeys.First(Parse("farm.worker.slots.max = 3"), Reference)?.Key);

    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);
}
