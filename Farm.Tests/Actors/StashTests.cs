using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class StashTests : ActorTests
{
    [Fact]
    public void UnstashAll_handles_stashed_messages_in_their_order_before_later_ones()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        foreach (var text in new[] { "1", "2", "3", "open", "4" })
            actor.Tell(text);
        foreach (var text in new[] { "1", "2", "3", "4" })
            ExpectMsg(text);
    }

    [Fact]
    public void A_restart_puts_stashed_messages_back_in_their_order()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        foreach (var text in new[] { "1", "2", "fail", "3", "open", "4" })
            actor.Tell(text);
        foreach (var text in new[] { "1", "2", "3", "4" })
            ExpectMsg(text);
    }

    [Fact]
    public void Stashed_messages_of_a_stopped_actor_go_to_the_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(PoisonPill.Instance);
        Assert.Equal("1", ExpectMsg<DeadLetter>().Message);
        Assert.Equal("2", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void The_sender_is_kept()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        var sender = CreateTestProbe();
        actor.Tell("1", sender.Ref);
        actor.Tell("open");
        ExpectMsg("1");
        Assert.Equal(sender.Ref, LastSender);
    }

    [Fact]
    public void Unstash_puts_back_the_oldest_alone()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        foreach (var text in new[] { "1", "2", "open one", "3", "open" })
            actor.Tell(text);
        foreach (var text in new[] { "1", "3", "2" })
            ExpectMsg(text);
    }

    [Fact]
    public void The_same_message_cannot_be_stashed_twice()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(TestActor)));
        actor.Tell("stash twice");
        ExpectMsg<IllegalActorStateException>();
    }

    private sealed class StashingActor : ReceiveActor, IWithStash
    {
        private readonly IActorRef _listener;

        public StashingActor(IActorRef listener)
        {
            _listener = listener;
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("fail"));
            Receive<string>(text => text == "open", _ => Open(Stash.UnstashAll));
            Receive<string>(text => text == "open one", _ => Open(Stash.Unstash));
            Receive<string>(text => text == "stash twice", _ => StashTwice());
            Receive<string>(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!; // set by the engine

        private void Open(Action unstash)
        {
            unstash();
            Become(() =>
            {
                Receive<string>(text => text == "open", _ => Stash.UnstashAll());
                Receive<string>(text =>
                {
                    _listener.Tell(text, Sender);
                });
            });
        }

        private void StashTwice()
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException e)
            {
                _listener.Tell(e);
            }
        }
    }
}
