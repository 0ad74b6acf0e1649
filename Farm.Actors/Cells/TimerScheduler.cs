using System.Collections.Concurrent;
using System.Diagnostics;

namespace Farm.Actors.Cells;

/// <summary>One runtime timer for each scheduled message; all are disposed with the system.</summary>
internal sealed class TimerScheduler : IScheduler, IDisposable
{
    private readonly ConcurrentDictionary<Scheduled, byte> _scheduled = new();
    private volatile bool _isDisposed;

    public DateTimeOffset Now => DateTimeOffset.UtcNow;
    public TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        Add(delay, Timeout.InfiniteTimeSpan, new Delivery(receiver, message, sender), null);

    public void ScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable
    ) => Add(delay, Timeout.InfiniteTimeSpan, new Delivery(receiver, message, sender), cancelable);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender
    ) => ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Add(initialDelay, interval, new Delivery(receiver, message, sender), cancelable);
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var scheduled in _scheduled.Keys)
            scheduled.Dispose();
    }

    private void Add(TimeSpan delay, TimeSpan interval, Delivery delivery, ICancelable? cancelable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(delivery.Receiver);
        ArgumentNullException.ThrowIfNull(delivery.Message);
        if (cancelable is { IsCancellationRequested: true })
            return;
        var scheduled = new Scheduled(this, delivery, interval, cancelable);
        _scheduled[scheduled] = 0;
        if (_isDisposed)
            scheduled.Dispose();
        else
            scheduled.Start(delay);
    }

    private sealed record Delivery(ICanTell Receiver, object Message, IActorRef? Sender);

    private sealed class Scheduled : IDisposable
    {
        private readonly TimerScheduler _owner;
        private readonly Delivery _delivery;
        private readonly TimeSpan _interval;
        private readonly ICancelable? _cancelable;
        private readonly Timer _timer;
        private readonly CancellationTokenRegistration _registration;

        public Scheduled(TimerScheduler owner, Delivery delivery, TimeSpan interval, ICancelable? cancelable)
        {
            (_owner, _delivery, _interval, _cancelable) = (owner, delivery, interval, cancelable);
            using (ExecutionContext.SuppressFlow())
                _timer = new Timer(_ => Fire());
            if (cancelable is not null)
                _registration = cancelable.Token.UnsafeRegister(_ => Dispose(), null);
        }

        public void Start(TimeSpan delay)
        {
            try
            {
                _timer.Change(delay, _interval);
            }
            catch (ObjectDisposedException)
                when (_cancelable is { IsCancellationRequested: true } || _owner._isDisposed)
            {
                // cancelled before it began: there is nothing to start
            }
        }

        public void Dispose()
        {
            _owner._scheduled.TryRemove(this, out _);
            _timer.Dispose();
        }

        private void Fire()
        {
            if (_cancelable is not { IsCancellationRequested: true })
                _delivery.Receiver.Tell(_delivery.Message, _delivery.Sender);
            if (_interval != Timeout.InfiniteTimeSpan)
                return;
            _registration.Unregister();
            Dispose();
        }
    }
}
