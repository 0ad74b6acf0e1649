using Farm.Tests.Support;

namespace Farm.Tests.Actors.Event;

public sealed class EventStreamTests : ActorTests
{
    [Fact]
    public void A_subscriber_receives_its_type_and_derived_types()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal));
        Sys.EventStream.Publish(new Cat("Tom"));
        ExpectMsg(new Cat("Tom"));
    }

    [Fact]
    public void A_subscriber_of_two_fitting_types_receives_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal));
        Sys.EventStream.Subscribe(TestActor, typeof(Cat));
        Sys.EventStream.Publish(new Cat("Tom"));
        Sys.EventStream.Publish(new Cat("Kit"));
        ExpectMsg(new Cat("Tom"));
        ExpectMsg(new Cat("Kit"));
    }

    [Fact]
    public void After_Unsubscribe_nothing_comes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Cat));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Cat)));
        Sys.EventStream.Publish(new Cat("Tom"));
        TestActor.Tell("marker");
        ExpectMsg("marker");
    }

    internal abstract record Animal;

    internal sealed record Cat(string Name) : Animal;
}
