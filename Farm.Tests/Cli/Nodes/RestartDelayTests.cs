using Farm.Cli.Nodes;

namespace Farm.Tests.Cli.Nodes;

public sealed class RestartDelayTests
{
    [Fact]
    public void The_first_restart_comes_after_one_second() =>
        Assert.Equal(TimeSpan.FromSeconds(1), RestartDelay.After(TimeSpan.Zero, TimeSpan.FromMilliseconds(5)));

    [Fact]
    public void Each_early_death_doubles_the_delay() =>
        Assert.Equal(TimeSpan.FromSeconds(8), RestartDelay.After(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3)));

    [Fact]
    public void The_delay_never_exceeds_half_a_minute() =>
        Assert.Equal(TimeSpan.FromSeconds(30), RestartDelay.After(TimeSpan.FromSeconds(16), TimeSpan.Zero));

    [Fact]
    public void A_node_that_was_healthy_begins_anew() =>
        Assert.Equal(TimeSpan.FromSeconds(1), RestartDelay.After(TimeSpan.FromSeconds(30), RestartDelay.Healthy));
}
