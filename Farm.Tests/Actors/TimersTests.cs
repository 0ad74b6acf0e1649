using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class TimersTests : ActorTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);

    private IActorRef NewActor() => Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));

    [Fact]
    public void A_single_timer_tells_once_and_is_then_inactive()
    {
        var actor = NewActor();
        actor.Tell((Action<ITimerScheduler>)(timers => timers.StartSingleTimer("key", "due", s_soon)));
        ExpectMsg("due");
        actor.Tell("is active?");
        ExpectMsg(false);
    }

    [Fact]
    public void A_periodic_timer_tells_again_and_again()
    {
        NewActor()
            .Tell((Action<ITimerScheduler>)(timers => timers.StartPeriodicTimer("key", "due", TimeSpan.Zero, s_soon)));
        ExpectMsg("due");
        ExpectMsg("due");
        ExpectMsg("due");
    }

    [Fact]
    public void A_timer_of_the_same_key_replaces_the_first()
    {
        NewActor()
            .Tell(
                (Action<ITimerScheduler>)(
                    timers =>
                    {
                        timers.StartPeriodicTimer("key", "old", TimeSpan.Zero, s_soon);
                        timers.StartSingleTimer("key", "new", s_soon);
                    }
                )
            );
        ExpectMsg("new");
    }

    [Fact]
    public void A_cancelled_timer_never_tells_not_even_what_is_queued()
    {
        var actor = NewActor();
        actor.Tell("fire into the queue, then cancel");
        ExpectMsg("cancelled");
        actor.Tell("is active?");
        ExpectMsg(false);
    }

    [Fact]
    public void A_restart_cancels_the_timers()
    {
        var actor = NewActor();
        actor.Tell((Action<ITimerScheduler>)(timers => timers.StartSingleTimer("key", "due", s_never)));
        actor.Tell("is active?");
        ExpectMsg(true);
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("is active?");
        ExpectMsg(false);
    }

    [Fact]
    public void ReceiveTimeout_comes_when_no_message_does()
    {
        NewActor().Tell("timeout");
        ExpectMsg<ReceiveTimeout>();
    }

    [Fact]
    public void The_scheduler_tells_later()
    {
        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "later", ActorRefs.NoSender);
        ExpectMsg("later");
    }

    [Fact]
    public void A_cancelled_schedule_is_marked_so()
    {
        var scheduled = Sys.Scheduler.ScheduleTellOnceCancelable(s_never, TestActor, "never", ActorRefs.NoSender);
        scheduled.Cancel();
        Assert.True(scheduled.IsCancellationRequested);
    }

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef listener)
        {
            Receive<Action<ITimerScheduler>>(start => start(Timers));
            Receive<string>(text => text == "is active?", _ => listener.Tell(Timers.IsTimerActive("key")));
            Receive<string>(text => text == "timeout", _ => SetReceiveTimeout(s_soon));
            ReceiveAsync<string>(
                text => text == "fire into the queue, then cancel",
                async _ =>
                {
                    Timers.StartSingleTimer("key", "stale", TimeSpan.Zero);
                    await Task.Delay(s_soon);
                    Timers.Cancel("key");
                    listener.Tell("cancelled");
                }
            );
            Receive<string>(text => listener.Tell(text));
            Receive<ReceiveTimeout>(timeout =>
            {
                SetReceiveTimeout(null);
                listener.Tell(timeout);
            });
            Receive<Exception>(failure => throw failure);
        }

        public ITimerScheduler Timers { get; set; } = null!; // set by the engine
    }
}
