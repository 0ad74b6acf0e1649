using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class LifecycleTests : ActorTests
{
    [Fact]
    public void Children_stop_before_their_parent()
    {
        var parent = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        var order = CreateTestProbe();
        parent.Tell(new ProbedActor.MakeChild("a", order.Ref));
        var child = ExpectMsg<IActorRef>();
        order.ExpectMsg("PreStart");
        order.Watch(parent);
        Sys.Stop(parent);
        order.ExpectMsg("PostStop");
        order.ExpectTerminated(parent);
        Assert.Equal("a", child.Path.Name);
    }

    [Fact]
    public void PoisonPill_stops_after_the_messages_before_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        Watch(actor);
        actor.Tell("first");
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("first");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_name_is_unique_among_living_children()
    {
        Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)), "one");
        Assert.Throws<InvalidActorNameException>(() =>
            Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)), "one")
        );
    }

    [Fact]
    public void A_name_is_free_again_once_Terminated_has_come()
    {
        var parent = Sys.ActorOf(Props.Create(() => new RemakingActor()));
        parent.Tell("go");
        ExpectMsg("remade");
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void A_malformed_name_is_refused(string name) =>
        Assert.Throws<InvalidActorNameException>(() =>
            Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)), name)
        );

    [Fact]
    public void Messages_to_a_stopped_actor_go_to_the_dead_letters()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("late");
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("late", letter.Message);
        Assert.Equal(actor, letter.Recipient);
        Assert.Equal(TestActor, letter.Sender);
    }

    [Fact]
    public async Task No_message_is_lost_when_an_actor_stops_while_it_is_told()
    {
        const int messages = 20_000;
        var handled = new Counted();
        var letters = new Counted();
        var counter = Sys.ActorOf(Props.Create(() => new CountingActor(handled)));
        var graveyard = Sys.ActorOf(Props.Create(() => new CountingActor(letters)));
        Sys.EventStream.Subscribe(graveyard, typeof(DeadLetter));
        var telling = Task.Run(() =>
        {
            for (var i = 0; i < messages; i++)
                counter.Tell(i, ActorRefs.NoSender);
        });
        await AwaitConditionAsync(() => Task.FromResult(handled.Value > 100));
        Sys.Stop(counter);
        await telling;
        await AwaitConditionAsync(() => Task.FromResult(handled.Value + letters.Value == messages));
        Assert.Equal(messages, handled.Value + letters.Value);
    }

    [Fact]
    public void An_unhandled_message_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        actor.Tell(3.5);
        Assert.Equal(3.5, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void A_null_message_is_refused()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        Assert.Throws<InvalidMessageException>(() => actor.Tell(null!, ActorRefs.NoSender));
    }

    [Fact]
    public async Task Terminate_ends_all_actors()
    {
        var ended = new Counted();
        Sys.ActorOf(Props.Create(() => new CountingActor(ended)));
        await Sys.Terminate();
        Assert.True(Sys.WhenTerminated.IsCompletedSuccessfully);
        Assert.Equal(1000, ended.Value);
    }

    [Fact]
    public async Task GracefulStop_tells_of_the_end()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));
        Assert.True(await actor.GracefulStop(TimeSpan.FromMinutes(1)));
    }

    internal sealed class Counted
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Add(int count) => Interlocked.Add(ref _value, count);
    }

    private sealed class CountingActor : ReceiveActor
    {
        private readonly Counted _counted;

        public CountingActor(Counted counted)
        {
            _counted = counted;
            ReceiveAny(_ => counted.Add(1));
        }

        protected override void PostStop()
        {
            if (_counted.Value == 0)
                _counted.Add(1000);
        }
    }

    private sealed class RemakingActor : ReceiveActor
    {
        public RemakingActor()
        {
            IActorRef asker = ActorRefs.Nobody;
            Receive<string>(_ =>
            {
                asker = Sender;
                var child = Context.Watch(Context.ActorOf(Props.Empty, "same"));
                Context.Stop(child);
            });
            Receive<Terminated>(_ =>
            {
                Context.ActorOf(Props.Empty, "same");
                asker.Tell("remade");
            });
        }
    }
}
