using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class DeathWatchTests : ActorTests
{
    private IActorRef NewActor() => Sys.ActorOf(Props.Create(() => new ProbedActor(ActorRefs.Nobody)));

    [Fact]
    public void Terminated_comes_once_though_watched_twice()
    {
        var actor = NewActor();
        Watch(actor);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        TestActor.Tell("marker");
        ExpectMsg("marker");
    }

    [Fact]
    public void Watching_a_dead_actor_gives_Terminated_once_for_each_watch()
    {
        var actor = NewActor();
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Watch(actor);
        ExpectTerminated(actor);
        TestActor.Tell("marker");
        ExpectMsg("marker");
    }

    [Fact]
    public void Every_watcher_is_told()
    {
        var actor = NewActor();
        var other = CreateTestProbe();
        Watch(actor);
        other.Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        other.ExpectTerminated(actor);
    }

    [Fact]
    public void Unwatch_drops_a_notice_that_is_queued()
    {
        var subject = NewActor();
        var watcher = Sys.ActorOf(Props.Create(() => new WatchingActor(TestActor)));
        watcher.Tell(new WatchingActor.WatchThenUnwatch(subject));
        ExpectMsg("unwatched");
        watcher.Tell("marker");
        ExpectMsg("marker");
    }

    [Fact]
    public void WatchWith_gives_the_message_in_place_of_Terminated()
    {
        var subject = NewActor();
        var watcher = Sys.ActorOf(Props.Create(() => new WatchingActor(TestActor)));
        watcher.Tell(new WatchingActor.WatchWith(subject, "it ended"));
        ExpectMsg("watching");
        Sys.Stop(subject);
        ExpectMsg("it ended");
    }

    [Fact]
    public void A_watcher_that_does_not_handle_Terminated_ends_by_the_death_pact()
    {
        var subject = NewActor();
        var watcher = Sys.ActorOf(Props.Create(() => new PactActor(subject)));
        watcher.Tell("ready?");
        ExpectMsg("ready");
        Watch(watcher);
        Sys.Stop(subject);
        ExpectTerminated(watcher);
    }

    [Fact]
    public void A_parent_that_watches_its_child_is_told_once()
    {
        var parent = Sys.ActorOf(Props.Create(() => new WatchingActor(TestActor)));
        parent.Tell("child");
        var child = ExpectMsg<IActorRef>();
        Sys.Stop(child);
        ExpectMsg(child);
        parent.Tell("marker");
        ExpectMsg("marker");
    }

    [Fact]
    public void Watching_the_reference_of_an_answered_Ask_gives_Terminated()
    {
        var watcher = Sys.ActorOf(Props.Create(() => new WatchingActor(TestActor)));
        watcher.Ask<string>("watch asker and answer", TimeSpan.FromMinutes(1));
        ExpectMsg<IActorRef>();
    }

    private sealed class PactActor : ReceiveActor
    {
        public PactActor(IActorRef subject)
        {
            Context.Watch(subject);
            Receive<string>(_ => Sender.Tell("ready"));
        }
    }

    private sealed class WatchingActor : ReceiveActor
    {
        public WatchingActor(IActorRef listener)
        {
            Receive<WatchWith>(watch =>
            {
                Context.WatchWith(watch.Subject, watch.Message);
                Sender.Tell("watching");
            });
            ReceiveAsync<WatchThenUnwatch>(async watch =>
            {
                Context.Watch(watch.Subject);
                await watch.Subject.GracefulStop(TimeSpan.FromMinutes(1));
                await Task.Yield();
                Context.Unwatch(watch.Subject);
                Sender.Tell("unwatched");
            });
            Receive<Terminated>(terminated => listener.Tell(terminated.ActorRef));
            Receive<string>(
                text => text == "child",
                _ => Sender.Tell(Context.Watch(Context.ActorOf(Props.Empty, "child")))
            );
            Receive<string>(
                text => text == "watch asker and answer",
                _ =>
                {
                    Context.Watch(Sender);
                    Sender.Tell("answer");
                }
            );
            Receive<string>(text => listener.Tell(text));
        }

        internal sealed record WatchWith(IActorRef Subject, string Message);

        internal sealed record WatchThenUnwatch(IActorRef Subject);
    }
}
