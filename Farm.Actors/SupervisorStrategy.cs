using Farm.Actors.Cells;
using Farm.Actors.Event;

namespace Farm.Actors;

/// <summary>How an actor answers the failures of its children.</summary>
public abstract class SupervisorStrategy
{
    private protected SupervisorStrategy() { }

    /// <summary>Restarts without limit, except where <see cref="DefaultDecider"/> stops.</summary>
    public static SupervisorStrategy DefaultStrategy { get; } = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops the child whatever the failure.</summary>
    public static SupervisorStrategy StoppingStrategy { get; } = new OneForOneStrategy(_ => Directive.Stop);

    /// <summary>Stops children that could not start, were killed or broke a death pact; restarts all others.</summary>
    public static Directive DefaultDecider(Exception reason) =>
        reason is ActorInitializationException or ActorKilledException or DeathPactException
            ? Directive.Stop
            : Directive.Restart;

    private protected abstract Directive Decide(Exception cause);

    private protected abstract bool MayRestart(ChildStats stats);

    private protected abstract bool IsLogging { get; }

    /// <returns>False when the failure is to be escalated.</returns>
    internal bool HandleFailure(ActorCell parent, ChildStats stats, Exception cause)
    {
        var directive = Decide(cause);
        if (IsLogging && directive != Directive.Escalate)
        {
            var level = directive == Directive.Resume ? LogLevel.WarningLevel : LogLevel.ErrorLevel;
            var log = Logging.GetLogger(parent.System, stats.Child.Path.ToString());
            log.Log(level, directive == Directive.Resume ? null : cause, "{0}", cause.Message);
        }
        switch (directive)
        {
            case Directive.Resume:
                stats.Child.SendSystem(new SystemMessage.Resume(cause));
                return true;
            case Directive.Restart when MayRestart(stats):
                stats.Child.SendSystem(new SystemMessage.Recreate(cause));
                return true;
            case Directive.Restart:
            case Directive.Stop:
                parent.Stop(stats.Child);
                return true;
            default:
                return false;
        }
    }
}
