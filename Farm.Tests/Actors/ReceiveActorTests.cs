using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class ReceiveActorTests : ActorTests
{
    [Fact]
    public void Messages_of_one_sender_are_handled_in_their_order()
    {
        const int messages = 10_000;
        var actor = Sys.ActorOf(Props.Create(() => new SwitchingActor()));
        for (var i = 0; i < messages; i++)
            actor.Tell(i);
        for (var i = 0; i < messages; i++)
            ExpectMsg(i);
    }

    [Fact]
    public void Messages_of_many_senders_are_handled_one_at_a_time()
    {
        const int senders = 4;
        const int each = 5_000;
        var actor = Sys.ActorOf(Props.Create(() => new UnguardedCounter(senders * each, TestActor)));
        Parallel.For(
            0,
            senders,
            _ =>
            {
                for (var i = 0; i < each; i++)
                    actor.Tell(i, ActorRefs.NoSender);
            }
        );
        ExpectMsg("all");
    }

    [Fact]
    public void The_first_handler_that_fits_takes_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SwitchingActor()));
        actor.Tell("even");
        ExpectMsg("by predicate");
        actor.Tell("other");
        ExpectMsg("by type");
        actor.Tell('c');
        ExpectMsg("by any");
    }

    [Fact]
    public void Become_replaces_and_BecomeStacked_adds_a_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SwitchingActor()));
        actor.Tell("push");
        actor.Tell("x");
        ExpectMsg("stacked");
        actor.Tell("pop");
        actor.Tell("x");
        ExpectMsg("by type");
        actor.Tell("become");
        actor.Tell("x");
        ExpectMsg("become");
    }

    [Fact]
    public void An_asynchronous_handler_ends_before_the_next_message_begins()
    {
        var actor = Sys.ActorOf(Props.Create(() => new WaitingActor()));
        var release = new TaskCompletionSource();
        actor.Tell(release);
        actor.Tell("next");
        ExpectNoMsg(20);
        release.SetResult();
        ExpectMsg("released by test");
        ExpectMsg("next");
    }

    [Fact]
    public void A_failed_asynchronous_handler_restarts_its_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new WaitingActor()));
        actor.Tell("set");
        ExpectMsg("set");
        var fail = new TaskCompletionSource();
        actor.Tell(fail);
        fail.SetException(new InvalidOperationException("later"));
        actor.Tell("was set?");
        ExpectMsg(false);
    }

    [Fact]
    public void An_actor_stops_while_its_asynchronous_handler_waits()
    {
        var actor = Sys.ActorOf(Props.Create(() => new WaitingActor()));
        Watch(actor);
        actor.Tell(new TaskCompletionSource());
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Forward_keeps_the_sender()
    {
        var target = Sys.ActorOf(Props.Create(() => new SwitchingActor()));
        var forwarding = Sys.ActorOf(Props.Create(() => new ForwardingActor(target)));
        forwarding.Tell(5);
        ExpectMsg(5);
        Assert.Equal(target, LastSender);
    }

    [Fact]
    public void Props_refuses_an_expression_that_is_no_constructor_call() =>
        Assert.Throws<ArgumentException>(() => Props.Create(() => MakeActor()));

    private static SwitchingActor MakeActor() => new();

    private sealed class SwitchingActor : ReceiveActor
    {
        public SwitchingActor()
        {
            Receive<string>(
                text => text == "push",
                _ =>
                    BecomeStacked(() =>
                    {
                        Receive<string>(text => text == "pop", _ => UnbecomeStacked());
                        Receive<string>(_ => Sender.Tell("stacked"));
                    })
            );
            Receive<string>(text => text == "become", _ => Become(() => Receive<string>(_ => Sender.Tell("become"))));
            Receive<string>(text => text == "even", _ => Sender.Tell("by predicate"));
            Receive<string>(_ => Sender.Tell("by type"));
            Receive<int>(number => Sender.Tell(number));
            ReceiveAny(_ => Sender.Tell("by any"));
        }
    }

    private sealed class UnguardedCounter : UntypedActor
    {
        private readonly int _expected;
        private readonly IActorRef _listener;
        private int _count;

        public UnguardedCounter(int expected, IActorRef listener) => (_expected, _listener) = (expected, listener);

        protected override void OnReceive(object message)
        {
            if (++_count == _expected)
                _listener.Tell("all");
        }
    }

    private sealed class WaitingActor : ReceiveActor
    {
        private bool _isSet;

        public WaitingActor()
        {
            ReceiveAsync<TaskCompletionSource>(async release =>
            {
                await release.Task;
                Sender.Tell("released by test");
            });
            Receive<string>(text => text == "was set?", _ => Sender.Tell(_isSet));
            Receive<string>(text =>
            {
                _isSet = text == "set";
                Sender.Tell(text);
            });
        }
    }

    private sealed class ForwardingActor : ReceiveActor
    {
        public ForwardingActor(IActorRef target) => ReceiveAny(message => target.Forward(message));
    }
}
