using Farm.Tests.Support;

namespace Farm.Tests.Actors;

/// <summary>A child that asks to go while it is being told loses no message: its parent buffers until Terminated.</summary>
public sealed class PassivationTests : ActorTests
{
    private const int Messages = 20_000;
    private const int InFlight = 200;

    [Fact]
    public async Task No_message_is_lost_while_children_come_and_go()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var parent = Sys.ActorOf(Props.Create(() => new PassivatingParent()));
        Sys.ActorOf(Props.Create(() => new Collector(parent, TestActor)));
        var report = await ExpectMsgAsync<Collected>(TimeSpan.FromSeconds(30));
        Assert.Equal(Messages, report.Distinct);
        Assert.True(report.Incarnations > 1);
    }

    internal sealed record Handled(int Number, long Incarnation);

    internal sealed record Collected(int Distinct, int Incarnations);

    private sealed class PassivatingParent : ReceiveActor
    {
        private readonly Queue<(object Message, IActorRef Sender)> _buffer = new();
        private IActorRef? _child;
        private bool _isStopping;

        public PassivatingParent()
        {
            Receive<int>(number =>
            {
                if (_isStopping)
                    _buffer.Enqueue((number, Sender));
                else
                    Child().Tell(number, Sender);
            });
            Receive<string>(_ =>
            {
                if (_isStopping)
                    return;
                _isStopping = true;
                Sender.Tell(PoisonPill.Instance);
            });
            Receive<Terminated>(_ =>
            {
                (_child, _isStopping) = (null, false);
                while (_buffer.TryDequeue(out var kept))
                    Child().Tell(kept.Message, kept.Sender);
            });
        }

        private IActorRef Child() => _child ??= Context.Watch(Context.ActorOf<PassivatingChild>("child"));
    }

    private sealed class PassivatingChild : ReceiveActor
    {
        private int _count;

        public PassivatingChild() =>
            Receive<int>(number =>
            {
                Sender.Tell(new Handled(number, Self.Path.Uid));
                if (++_count % 50 == 0)
                    Context.Parent.Tell("passivate");
            });
    }

    private sealed class Collector : ReceiveActor
    {
        private readonly HashSet<int> _numbers = [];
        private readonly HashSet<long> _incarnations = [];

        public Collector(IActorRef parent, IActorRef listener)
        {
            var sent = 0;
            while (sent < InFlight)
                parent.Tell(sent++);
            Receive<Handled>(handled =>
            {
                _incarnations.Add(handled.Incarnation);
                if (sent < Messages)
                    parent.Tell(sent++);
                if (_numbers.Add(handled.Number) && _numbers.Count == Messages)
                    listener.Tell(new Collected(_numbers.Count, _incarnations.Count));
            });
        }
    }
}
