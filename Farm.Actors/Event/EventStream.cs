using System.Collections.Concurrent;
using Farm.Actors.Cells;

namespace Farm.Actors.Event;

/// <summary>Hands what is published to the actors that subscribed to its type, a base type or an interface of it.</summary>
public sealed class EventStream
{
    private readonly Lock _lock = new();
    private readonly List<(IActorRef Subscriber, Type Channel)> _subscriptions = [];
    private readonly ConcurrentDictionary<Type, IActorRef[]> _receivers = new();

    internal EventStream() { }

    /// <returns>False when the actor had subscribed to this type before.</returns>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        lock (_lock)
        {
            if (_subscriptions.Contains((subscriber, channel)))
                return false;
            _subscriptions.Add((subscriber, channel));
            _receivers.Clear();
            return true;
        }
    }

    /// <returns>False when the actor had not subscribed to this type.</returns>
    public bool Unsubscribe(IActorRef subscriber, Type channel) =>
        Remove(s => ReferenceEquals(s.Subscriber, subscriber) && s.Channel == channel);

    /// <returns>False when the actor had no subscription.</returns>
    public bool Unsubscribe(IActorRef subscriber) => Remove(s => ReferenceEquals(s.Subscriber, subscriber));

    /// <summary>Tells the event to each subscriber once; subscribers that have ended are dropped.</summary>
    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!_receivers.TryGetValue(@event.GetType(), out var receivers))
            receivers = Resolve(@event.GetType());
        foreach (var receiver in receivers)
        {
            if (receiver is IInternalActorRef { IsTerminated: true })
                Unsubscribe(receiver);
            else
                receiver.Tell(@event, ActorRefs.NoSender);
        }
    }

    private IActorRef[] Resolve(Type type)
    {
        lock (_lock)
        {
            return _receivers[type] = [
                .. _subscriptions.Where(s => s.Channel.IsAssignableFrom(type)).Select(s => s.Subscriber).Distinct(),
            ];
        }
    }

    private bool Remove(Predicate<(IActorRef Subscriber, Type Channel)> which)
    {
        lock (_lock)
        {
            var removed = _subscriptions.RemoveAll(which) > 0;
            _receivers.Clear();
            return removed;
        }
    }
}
