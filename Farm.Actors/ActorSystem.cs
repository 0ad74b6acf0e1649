using System.Diagnostics;
using Farm.Actors.Cells;
using Farm.Actors.Configuration;
using Farm.Actors.Event;

namespace Farm.Actors;

/// <summary>A tree of actors and what they share. Ends by <see cref="Terminate"/>.</summary>
public sealed class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Action> _onTermination = [];
    private readonly TimerScheduler _scheduler = new();
    private readonly LocalActorRef _guardian;
    private long _uid;

    private ActorSystem(string name, Config config)
    {
        Name = name;
        Settings = new Settings(config);
        var root = new ActorPath(name);
        TempPath = new ActorPath(root, "temp", 0);
        DeadLetterRef = new DeadLetterActorRef(this, new ActorPath(root, "deadLetters", 0));
        Shutdown = new CoordinatedShutdown(this);
        _guardian = new LocalActorRef(
            this,
            Props.Create<GuardianActor>(),
            new RootActorRef(this, root),
            new ActorPath(root, "user", NextUid())
        );
        _guardian.SendSystem(new SystemMessage.Create());
    }

    public string Name { get; }
    public Settings Settings { get; }
    public EventStream EventStream { get; } = new();
    public IActorRef DeadLetters => DeadLetterRef;
    public IScheduler Scheduler => _scheduler;
    public ILoggingAdapter Log => Logging.GetLogger(this, $"ActorSystem({Name})");
    public TimeSpan Uptime => Stopwatch.GetElapsedTime(_started);

    /// <summary>Completes when every actor has stopped.</summary>
    public Task WhenTerminated => _terminated.Task;
    internal DeadLetterActorRef DeadLetterRef { get; }
    internal ActorPath TempPath { get; }
    internal CoordinatedShutdown Shutdown { get; }

    /// <param name="name">Letters, digits, - and _; not - or _ first.</param>
    /// <exception cref="ArgumentException">The name is malformed.</exception>
    public static ActorSystem Create(string name) => Create(name, ConfigurationFactory.Empty);

    public static ActorSystem Create(string name, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (
            string.IsNullOrEmpty(name)
            || name[0] is '-' or '_'
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        )
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}]: use letters, digits, - and _, not - or _ first.",
                nameof(name)
            );
        return new ActorSystem(name, config);
    }

    public IActorRef ActorOf(Props props, string? name = null) => _guardian.Cell.ActorOf(props, name);

    public void Stop(IActorRef actor) => _guardian.Cell.Stop(actor);

    /// <summary>Runs <paramref name="code"/> when every actor has stopped; last registered first.</summary>
    public void RegisterOnTermination(Action code)
    {
        ArgumentNullException.ThrowIfNull(code);
        lock (_lock)
            _onTermination.Add(code);
    }

    /// <summary>Runs the coordinated shutdown, which ends with the end of all actors.</summary>
    public Task Terminate()
    {
        if (!Settings.RunsShutdownOnTerminate)
            StopGuardian();
        else
            _ = Shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance); // its outcome is WhenTerminated
        return WhenTerminated;
    }

    public void Dispose() => Terminate();

    public override string ToString() => $"akka://{Name}";

    internal long NextUid() => Interlocked.Increment(ref _uid);

    internal void StopGuardian() => _guardian.SendSystem(new SystemMessage.Terminate());

    internal void GuardianEnded()
    {
        _scheduler.Dispose();
        lock (_lock)
        {
            foreach (var code in Enumerable.Reverse(_onTermination))
                RunCallback(code);
        }
        _terminated.TrySetResult();
    }

    private void RunCallback(Action code)
    {
        try
        {
            code();
        }
        catch (Exception e)
        {
            Log.Error(e, "{0}", "A callback at the system's termination failed.");
        }
    }
}
