namespace Farm.Actors.TestKit;

/// <summary>Puts what it receives into a queue, Terminated included.</summary>
internal sealed class TestActor(MessageLog log) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Command.Watch watch:
                Context.Watch(watch.Subject);
                watch.Done.SetResult();
                break;
            case Command.Unwatch unwatch:
                Context.Unwatch(unwatch.Subject);
                unwatch.Done.SetResult();
                break;
            default:
                log.Add(new Envelope(message, Sender));
                break;
        }
    }

    internal abstract class Command(IActorRef subject)
    {
        public IActorRef Subject { get; } = subject;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal sealed class Watch(IActorRef subject) : Command(subject);

        internal sealed class Unwatch(IActorRef subject) : Command(subject);
    }
}
