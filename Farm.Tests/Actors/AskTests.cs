using Farm.Tests.Support;

namespace Farm.Tests.Actors;

public sealed class AskTests : ActorTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(10);

    private IActorRef NewActor() => Sys.ActorOf(Props.Create(() => new AnsweringActor()));

    [Fact]
    public async Task Ask_gives_the_answer() => Assert.Equal("hello", await NewActor().Ask<string>("hello", s_long));

    [Fact]
    public async Task Ask_fails_when_no_answer_comes_in_time() =>
        await Assert.ThrowsAsync<AskTimeoutException>(() =>
            NewActor().Ask<string>("silence", TimeSpan.FromMilliseconds(20))
        );

    [Fact]
    public async Task Ask_fails_with_the_cause_of_a_failure()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            NewActor().Ask<string>(new InvalidOperationException("why"), s_long)
        );
        Assert.Equal("why", failure.Message);
    }

    [Fact]
    public async Task Ask_refuses_an_answer_of_another_type() =>
        await Assert.ThrowsAsync<ArgumentException>(() => NewActor().Ask<int>("text", s_long));

    [Fact]
    public async Task Ask_is_cancelled_by_its_token()
    {
        using var cancelling = new CancellationTokenSource();
        var asking = NewActor().Ask<string>("silence", cancelling.Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_second_answer_goes_to_the_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Assert.Equal("first", await NewActor().Ask<string>("twice", s_long));
        Assert.Equal("second", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void PipeTo_tells_the_result()
    {
        Task.FromResult(5).PipeTo(TestActor);
        ExpectMsg(5);
    }

    [Fact]
    public void PipeTo_tells_the_failure()
    {
        Task.FromException<int>(new InvalidOperationException("broken")).PipeTo(TestActor);
        Assert.Equal("broken", ExpectMsg<Status.Failure>().Cause.Message);
    }

    [Fact]
    public void PipeTo_maps_result_and_failure()
    {
        Task.FromResult(5).PipeTo(TestActor, success: number => $"got {number}");
        ExpectMsg("got 5");
        Task.FromException(new InvalidOperationException("broken"))
            .PipeTo(TestActor, failure: failure => $"lost {failure.Message}");
        ExpectMsg("lost broken");
        Task.CompletedTask.PipeTo(TestActor, success: () => "done");
        ExpectMsg("done");
    }

    [Fact]
    public void PipeTo_inside_an_actor_has_that_actor_as_the_sender()
    {
        var actor = NewActor();
        actor.Tell("pipe");
        ExpectMsg("piped");
        Assert.Equal(actor, LastSender);
    }

    private sealed class AnsweringActor : ReceiveActor
    {
        public AnsweringActor()
        {
            Receive<string>(text => text == "silence", _ => { });
            Receive<string>(text => text == "pipe", _ => Task.Run(() => "piped").PipeTo(Sender));
            Receive<string>(
                text => text == "twice",
                _ =>
                {
                    Sender.Tell("first");
                    Sender.Tell("second");
                }
            );
            Receive<string>(text => Sender.Tell(text));
            Receive<Exception>(failure => Sender.Tell(new Status.Failure(failure)));
        }
    }
}
