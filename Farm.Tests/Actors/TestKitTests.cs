namespace Farm.Tests.Actors;

public sealed class TestKitTests : TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void ExpectMsg_refuses_another_value()
    {
        TestActor.Tell("one");
        Assert.ThrowsAny<Exception>(() => ExpectMsg("two"));
    }

    [Fact]
    public void ExpectMsg_refuses_another_type()
    {
        TestActor.Tell("one");
        Assert.ThrowsAny<Exception>(() => ExpectMsg<int>());
    }

    [Fact]
    public void ExpectMsg_refuses_silence() => Assert.ThrowsAny<Exception>(() => ExpectMsg<int>(s_short));

    [Fact]
    public void ExpectNoMsg_refuses_a_message()
    {
        TestActor.Tell("one");
        Assert.ThrowsAny<Exception>(() => ExpectNoMsg(s_short));
    }

    [Fact]
    public void A_test_tells_in_the_name_of_the_test_actor()
    {
        var probe = CreateTestProbe();
        probe.Tell("hello");
        probe.ExpectMsg("hello");
        Assert.Equal(TestActor, probe.LastSender);
        probe.Reply("answer");
        ExpectMsg("answer");
    }

    [Fact]
    public async Task The_implied_sender_holds_after_an_await()
    {
        await Task.Yield();
        var probe = CreateTestProbe();
        probe.Tell("hello");
        await probe.ExpectMsgAsync("hello");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public void FishForMessage_passes_over_others()
    {
        TestActor.Tell(1);
        TestActor.Tell("x");
        TestActor.Tell(2);
        Assert.Equal(2, FishForMessage<int>(number => number > 1));
    }

    [Fact]
    public void Within_bounds_what_is_expected_in_it() =>
        Assert.ThrowsAny<Exception>(() => Within(s_short, () => ExpectMsg<string>()));

    [Fact]
    public void AwaitAssert_repeats_until_nothing_is_thrown()
    {
        var calls = 0;
        AwaitAssert(() => Assert.True(++calls >= 3), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void IgnoreMessages_drops_what_it_names()
    {
        IgnoreMessages(message => message is int);
        TestActor.Tell(1);
        TestActor.Tell("x");
        ExpectMsg("x");
    }

    [Fact]
    public void ExpectMsgAllOf_takes_any_order()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        ExpectMsgAllOf("a", "b");
    }
}
