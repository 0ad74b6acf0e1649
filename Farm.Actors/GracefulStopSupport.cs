using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Stopping an actor and waiting for its end.</summary>
public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <returns>True when it has stopped.</returns>
    /// <exception cref="TaskCanceledException">It has not stopped in time.</exception>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not IInternalActorRef { IsTerminated: false } actor)
            return true;
        var end = new EndOfActor(actor.System, new ActorPath(actor.System.TempPath, "stop", actor.System.NextUid()));
        actor.SendSystem(new SystemMessage.Watch(end));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await end.Ended.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException e)
        {
            actor.SendSystem(new SystemMessage.Unwatch(end));
            throw new TaskCanceledException($"{target.Path} has not stopped within {timeout}.", e);
        }
    }

    private sealed class EndOfActor(ActorSystem system, ActorPath path) : ActorRefBase(path), IInternalActorRef
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;
        public ActorSystem System => system;
        public bool IsTerminated => _ended.Task.IsCompleted;

        public override void Tell(object message, IActorRef? sender) =>
            system.DeadLetterRef.Publish(message, sender, this);

        public void SendSystem(SystemMessage message)
        {
            if (message is SystemMessage.Died)
                _ended.TrySetResult();
        }
    }
}
