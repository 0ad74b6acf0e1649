using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class SupervisionTests : ActorTests
{
    private readonly TestProbe _life;
    private readonly TestProbe _parentLife;
    private readonly IActorRef _parent;
    private readonly IActorRef _child;

    public SupervisionTests()
    {
        _life = CreateTestProbe();
        _parentLife = CreateTestProbe();
        var parentListener = _parentLife.Ref;
        _parent = Sys.ActorOf(Props.Create(() => new ProbedActor(parentListener)), "parent");
        _parent.Tell(new ProbedActor.MakeChild("child", _life.Ref));
        _child = ExpectMsg<IActorRef>();
        _life.ExpectMsg("PreStart");
        _parentLife.ExpectMsg("PreStart");
    }

    [Fact]
    public void Resume_keeps_the_state_and_goes_on()
    {
        _child.Tell("count");
        ExpectMsg(1);
        _child.Tell(new ArithmeticException("sum"));
        _child.Tell("count");
        ExpectMsg(2);
        Assert.False(_life.HasMessages);
    }

    [Fact]
    public void Restart_makes_a_new_instance_with_the_same_reference_and_keeps_the_mailbox()
    {
        _child.Tell("count");
        _child.Tell(new InvalidOperationException("bad"));
        _child.Tell("count");
        ExpectMsg(1);
        ExpectMsg(1);
        _life.ExpectMsg("PreRestart bad at InvalidOperationException");
        _life.ExpectMsg("PostStop");
        _life.ExpectMsg("PostRestart");
        _life.ExpectMsg("PreStart");
    }

    [Fact]
    public void Stop_ends_the_child_alone()
    {
        Watch(_child);
        _child.Tell(new ArgumentException("no"));
        ExpectTerminated(_child);
        _life.ExpectMsg("PostStop");
        _parent.Tell("still here");
        ExpectMsg("still here");
    }

    [Fact]
    public void A_restart_beyond_the_limit_stops_the_child()
    {
        Watch(_child);
        for (var failure = 1; failure <= 3; failure++)
            _child.Tell(new InvalidOperationException("again"));
        ExpectTerminated(_child);
        var restarts = 0;
        _life.FishForMessage<string>(text =>
        {
            restarts += text == "PostRestart" ? 1 : 0;
            return restarts == 2;
        });
        _life.ExpectMsg("PreStart");
        _life.ExpectMsg("PostStop");
    }

    [Fact]
    public void Escalate_fails_the_parent_which_is_restarted_and_stops_its_children()
    {
        Watch(_child);
        _child.Tell(new NotSupportedException("up"));
        ExpectTerminated(_child);
        _parentLife.ExpectMsg<string>(text => text.StartsWith("PreRestart up", StringComparison.Ordinal));
        _parentLife.ExpectMsg("PostStop");
        _parentLife.ExpectMsg("PostRestart");
        _parentLife.ExpectMsg("PreStart");
    }

    [Fact]
    public void Kill_stops_by_the_default_strategy()
    {
        Watch(_parent);
        _parent.Tell(Kill.Instance);
        ExpectTerminated(_parent);
    }

    [Fact]
    public void An_actor_whose_constructor_throws_is_stopped()
    {
        var failing = Sys.ActorOf(Props.Create(() => new FailingActor("constructor")));
        Watch(failing);
        ExpectTerminated(failing);
    }

    [Fact]
    public void An_actor_whose_PreStart_throws_is_stopped()
    {
        var failing = Sys.ActorOf(Props.Create(() => new FailingActor("PreStart")));
        Watch(failing);
        ExpectTerminated(failing);
    }

    [Fact]
    public void The_strategy_of_the_props_goes_before_the_actors_own()
    {
        var stopping = Props
            .Create(() => new ProbedActor(ActorRefs.Nobody))
            .WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        Sys.ActorOf(stopping).Tell(new ProbedActor.MakeChild("child", ActorRefs.Nobody));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell(new ArithmeticException("would resume"));
        ExpectTerminated(child);
    }

    [Fact]
    public void A_decider_finds_the_child_that_failed_as_its_sender()
    {
        var parent = Sys.ActorOf(Props.Create(() => new AskingActor(TestActor)));
        parent.Tell("begin");
        var child = ExpectMsg<IActorRef>();
        child.Tell(Kill.Instance);
        Assert.Equal(child, ExpectMsg<IActorRef>());
    }

    private sealed class AskingActor : ReceiveActor
    {
        private readonly IActorRef _listener;

        public AskingActor(IActorRef listener)
        {
            _listener = listener;
            ReceiveAny(_ => _listener.Tell(Context.ActorOf(Props.Create(() => new FailingActor("never")))));
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(_ =>
            {
                _listener.Tell(Sender);
                return Directive.Stop;
            });
    }

    private sealed class FailingActor : ReceiveActor
    {
        private readonly string _where;

        public FailingActor(string where)
        {
            _where = where;
            if (where == "constructor")
                throw new InvalidOperationException(where);
        }

        protected override void PreStart()
        {
            if (_where == "PreStart")
                throw new InvalidOperationException(_where);
        }
    }
}
