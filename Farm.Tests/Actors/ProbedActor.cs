namespace Farm.Tests.Actors;

/// <summary>Reports its lifecycle to a listener, answers texts, makes children, and fails on demand.</summary>
internal sealed class ProbedActor : ReceiveActor
{
    private readonly IActorRef _listener;
    private int _count;

    public ProbedActor(IActorRef listener)
    {
        _listener = listener;
        Receive<string>(text => text == "count", _ => Sender.Tell(++_count));
        Receive<string>(text => Sender.Tell(text));
        Receive<Exception>(failure => throw failure);
        Receive<MakeChild>(make =>
            Sender.Tell(Context.ActorOf(Props.Create(() => new ProbedActor(make.Listener)), make.Name))
        );
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            2,
            TimeSpan.FromMinutes(1),
            failure =>
                failure switch
                {
                    ArithmeticException => Directive.Resume,
                    ArgumentException => Directive.Stop,
                    InvalidOperationException => Directive.Restart,
                    _ => Directive.Escalate,
                }
        );

    protected override void PreStart() => _listener.Tell("PreStart");

    protected override void PostStop() => _listener.Tell("PostStop");

    protected override void PreRestart(Exception reason, object? message)
    {
        _listener.Tell($"PreRestart {reason.Message} at {message?.GetType().Name}");
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        _listener.Tell("PostRestart");
        base.PostRestart(reason);
    }

    internal sealed record MakeChild(string Name, IActorRef Listener);
}
