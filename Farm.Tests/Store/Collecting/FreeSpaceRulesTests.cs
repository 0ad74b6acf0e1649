using Farm.Store.Collecting;

namespace Farm.Tests.Store.Collecting;

public sealed class FreeSpaceRulesTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;
    private static readonly FreeSpaceRules s_rules = new(1000, 5000, TimeSpan.FromSeconds(5));

    [Fact]
    public void The_first_look_is_at_once_and_the_next_after_the_interval()
    {
        Assert.True(s_rules.IsTimeToLook(FreeSpaceState.Initial, s_now));
        var looked = FreeSpaceState.Initial with { LastLook = s_now };
        Assert.False(s_rules.IsTimeToLook(looked, s_now.AddSeconds(4.9)));
        Assert.True(s_rules.IsTimeToLook(looked, s_now.AddSeconds(5)));
    }

    [Fact]
    public void Where_no_minimum_is_set_nobody_looks() =>
        Assert.False((s_rules with { MinFreeBytes = 0 }).IsTimeToLook(FreeSpaceState.Initial, s_now));

    [Theory]
    [InlineData(1000, null)]
    [InlineData(999, 4001L)]
    [InlineData(0, 5000L)]
    public void Below_the_minimum_so_much_is_to_be_freed_that_the_maximum_is_free(long free, long? wanted) =>
        Assert.Equal(wanted, s_rules.BytesToFree(FreeSpaceState.Initial, free));

    [Fact]
    public void A_maximum_below_the_minimum_counts() =>
        Assert.Null((s_rules with { MaxFreeBytes = 500 }).BytesToFree(FreeSpaceState.Initial, 600));

    [Theory]
    [InlineData(800, null)]
    [InlineData(777, null)]
    [InlineData(776, 4224L)]
    public void A_collection_that_did_not_help_is_repeated_when_3_percent_of_what_it_left_are_used(
        long free,
        long? wanted
    ) => Assert.Equal(wanted, s_rules.BytesToFree(new FreeSpaceState(s_now, 800), free));
}
