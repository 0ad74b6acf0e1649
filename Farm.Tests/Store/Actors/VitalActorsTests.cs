using Farm.Store.Actors;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Actors;

public sealed class VitalActorsTests : ActorTests
{
    private readonly TaskCompletionSource _failed = new();
    private readonly IActorRef _vital;

    public VitalActorsTests()
    {
        var failed = _failed;
        _vital = Sys.ActorOf(Props.Create(() => new VitalActors(failed)));
    }

    [Fact]
    public async Task One_that_fails_is_stopped_and_named()
    {
        var actor = Begin("scheduler");
        Watch(actor);
        actor.Tell("fail");
        ExpectTerminated(actor);
        var failure = await Assert.ThrowsAsync<VitalActorException>(() => _failed.Task);
        Assert.Contains("scheduler", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public async Task One_that_escalates_the_failure_of_a_child_fails_itself()
    {
        var actor = Begin("scheduler");
        Watch(actor);
        actor.Tell("fail below");
        ExpectTerminated(actor);
        var failure = await Assert.ThrowsAsync<VitalActorException>(() => _failed.Task);
        Assert.Contains("scheduler", failure.Message, StringComparison.Ordinal);
    }

    private IActorRef Begin(string name)
    {
        _vital.Tell(new VitalActors.Begin(Props.Create(() => new FragileActor()), name), TestActor);
        return ExpectMsg<IActorRef>();
    }

    private sealed class FragileActor : ReceiveActor
    {
        public FragileActor() =>
            Receive<string>(text =>
            {
                if (text == "fail")
                    throw new InvalidOperationException("a bug");
                Context.ActorOf(Props.Create(() => new FragileActor())).Tell("fail");
            });

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);
    }
}
