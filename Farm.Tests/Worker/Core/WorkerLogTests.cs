using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

public sealed class WorkerLogTests
{
    private static readonly AttemptKey One = SomeWorker.Key(1);
    private readonly WorkerDriver _worker = new(SomeWorker.Profile(logWindowBytes: 1000));

    public WorkerLogTests() => _worker.Connect().Desire(SomeWorker.Order(1));

    [Fact]
    public void A_log_is_sent_as_it_grows()
    {
        Assert.Equal([new WorkerEffect.SendLog(One, 0, 10)], _worker.Do(new WorkerEvent.LogGrew(One, 10)));
        Assert.Equal([new WorkerEffect.SendLog(One, 10, 5)], _worker.Do(new WorkerEvent.LogGrew(One, 15)));
    }

    [Fact]
    public void No_more_than_the_window_is_sent_ahead_of_the_acknowledgement()
    {
        Assert.Equal([new WorkerEffect.SendLog(One, 0, 1000)], _worker.Do(new WorkerEvent.LogGrew(One, 1500)));
        Assert.Equal(
            [new WorkerEffect.SendLog(One, 1000, 400)],
            _worker.Hear(new CoordinatorMessage.LogAcknowledged(One.Attempt, 400))
        );
    }

    [Fact]
    public void After_a_reconnection_the_log_goes_on_where_the_coordinator_has_it()
    {
        _worker.Do(new WorkerEvent.LogGrew(One, 100));
        _worker.Do(new WorkerEvent.SessionClosed(1));
        Assert.Empty(_worker.Do(new WorkerEvent.LogGrew(One, 150)));
        _worker.Connect(2);
        Assert.Equal(
            [new WorkerEffect.SendLog(One, 40, 110)],
            _worker.Hear(new CoordinatorMessage.LogAcknowledged(One.Attempt, 40), 2)
        );
    }

    [Fact]
    public void A_coordinator_that_lost_bytes_gets_them_again()
    {
        _worker.Do(new WorkerEvent.LogGrew(One, 100));
        _worker.Hear(new CoordinatorMessage.LogAcknowledged(One.Attempt, 100));
        Assert.Equal(
            [new WorkerEffect.SendLog(One, 30, 70)],
            _worker.Hear(new CoordinatorMessage.LogAcknowledged(One.Attempt, 30))
        );
    }

    [Fact]
    public void An_outcome_is_reported_only_behind_the_whole_log()
    {
        _worker.Do(new WorkerEvent.LogGrew(One, 1500));
        Assert.Empty(_worker.Do(new WorkerEvent.BuildEnded(One, SomeWorker.Failed)));
        var effects = _worker.Hear(new CoordinatorMessage.LogAcknowledged(One.Attempt, 1000));
        Assert.Equal(new WorkerEffect.SendLog(One, 1000, 500), effects[0]);
        Assert.Equal(SomeWorker.Failed, Assert.Single(WorkerDriver.Reported(effects)).Outcome);
    }

    [Fact]
    public void A_long_log_goes_in_pieces_that_a_message_can_hold()
    {
        var worker = new WorkerDriver(SomeWorker.Profile(logWindowBytes: 1 << 20)).Connect();
        worker.Desire(SomeWorker.Order(1));
        var effects = worker.Do(new WorkerEvent.LogGrew(One, MessageCodec.MaxLogChunkBytes + 1));
        Assert.Equal(
            [
                new WorkerEffect.SendLog(One, 0, MessageCodec.MaxLogChunkBytes),
                new WorkerEffect.SendLog(One, MessageCodec.MaxLogChunkBytes, 1),
            ],
            effects
        );
    }
}
