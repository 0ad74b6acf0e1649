using Farm.Daemon.Activation;

namespace Farm.Tests.Daemon.Activation;

public sealed class PassedSocketsTests
{
    [Fact]
    public void Descriptors_follow_one_another_from_the_third_with_their_names()
    {
        var read = Read(("LISTEN_PID", "42"), ("LISTEN_FDS", "3"), ("LISTEN_FDNAMES", "one::three"));
        Assert.Equal<(int, string)>([(3, "one"), (4, "unknown"), (5, "three")], read);
    }

    [Fact]
    public void What_is_meant_for_another_process_or_for_none_is_left_alone()
    {
        Assert.Empty(Read(("LISTEN_PID", "41"), ("LISTEN_FDS", "1")));
        Assert.Empty(Read(("LISTEN_FDS", "1")));
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData("x", "1")]
    [InlineData("42", "")]
    [InlineData("42", "-1")]
    [InlineData("42", "1000")]
    public void Malformed_variables_are_refused(string process, string count) =>
        Assert.Throws<ActivationException>(() => Read(("LISTEN_PID", process), ("LISTEN_FDS", count)));

    [Fact]
    public void The_watchdog_is_heard_of_only_when_it_is_for_this_process()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Interval(("WATCHDOG_USEC", "3000000")));
        Assert.Equal(TimeSpan.FromSeconds(3), Interval(("WATCHDOG_USEC", "3000000"), ("WATCHDOG_PID", "42")));
        Assert.Null(Interval(("WATCHDOG_USEC", "3000000"), ("WATCHDOG_PID", "41")));
        Assert.Null(Interval(("WATCHDOG_USEC", "0")));
        Assert.Null(Interval());
    }

    private static (int Descriptor, string Name)[] Read(params (string Name, string Value)[] variables) =>
        [.. PassedSockets.Read(Variables(variables), 42)];

    private static TimeSpan? Interval(params (string Name, string Value)[] variables) =>
        ServiceNotifier.Interval(Variables(variables), 42);

    private static Func<string, string?> Variables((string Name, string Value)[] variables) =>
        variables.ToDictionary(one => one.Name, one => one.Value).GetValueOrDefault;
}
