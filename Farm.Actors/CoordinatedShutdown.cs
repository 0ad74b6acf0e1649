using System.Collections.Immutable;
using Farm.Actors.Event;

namespace Farm.Actors;

/// <summary>Ends a system in phases, one after another; the tasks of a phase run side by side. A task that fails, or a phase
/// that is late, is logged, and the next phase follows.</summary>
/// <remarks>A phase may take 5 seconds, <c>akka.coordinated-shutdown.default-phase-timeout</c>, or
/// <c>akka.coordinated-shutdown.phases.PHASE.timeout</c>.</remarks>
public sealed class CoordinatedShutdown
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private static readonly ImmutableArray<string> s_phases =
    [
        PhaseBeforeServiceUnbind,
        PhaseServiceUnbind,
        PhaseServiceRequestsDone,
        PhaseServiceStop,
        PhaseBeforeClusterShutdown,
        PhaseClusterShardingShutdownRegion,
        PhaseClusterLeave,
        PhaseClusterExiting,
        PhaseClusterExitingDone,
        PhaseClusterShutdown,
        PhaseBeforeActorSystemTerminate,
        PhaseActorSystemTerminate,
    ];

    private readonly Lock _lock = new();
    private readonly List<(string Phase, string Name, Func<Task<Done>> Run)> _tasks = [];
    private readonly ActorSystem _system;
    private Task<Done>? _run;

    internal CoordinatedShutdown(ActorSystem system) => _system = system;

    /// <summary>Null until it runs.</summary>
    public Reason? ShutdownReason { get; private set; }

    public static CoordinatedShutdown Get(ActorSystem sys)
    {
        ArgumentNullException.ThrowIfNull(sys);
        return sys.Shutdown;
    }

    /// <exception cref="ArgumentException">There is no such phase, or the task has no name.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        ArgumentNullException.ThrowIfNull(task);
        _ = IndexOf(phase);
        lock (_lock)
            _tasks.Add((phase, taskName, task));
    }

    /// <summary>How long a phase may take.</summary>
    public TimeSpan Timeout(string phase)
    {
        _ = IndexOf(phase);
        const string root = "akka.coordinated-shutdown";
        var config = _system.Settings.Config;
        var common = config.GetTimeSpan($"{root}.default-phase-timeout", TimeSpan.FromSeconds(5));
        var special = phase == PhaseActorSystemTerminate ? TimeSpan.FromSeconds(10) : common;
        return config.GetTimeSpan($"{root}.phases.{phase}.timeout", special);
    }

    /// <summary>Runs all phases once; later calls get the same task.</summary>
    /// <param name="reason">Kept as <see cref="ShutdownReason"/>.</param>
    /// <param name="fromPhase">The first phase to run; null for all.</param>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var first = fromPhase is null ? 0 : IndexOf(fromPhase);
        lock (_lock)
        {
            if (_run is null)
            {
                ShutdownReason = reason;
                _run = Task.Run(() => RunPhasesAsync(first));
            }
            return _run;
        }
    }

    private static int IndexOf(string phase)
    {
        var index = s_phases.IndexOf(phase);
        return index >= 0
            ? index
            : throw new ArgumentException(
                $"Unknown phase [{phase}]: the phases are {string.Join(", ", s_phases)}.",
                nameof(phase)
            );
    }

    private async Task<Done> RunPhasesAsync(int first)
    {
        foreach (var phase in s_phases.Skip(first))
        {
            (string Phase, string Name, Func<Task<Done>> Run)[] tasks;
            lock (_lock)
                tasks = [.. _tasks.Where(task => task.Phase == phase)];
            var running = Task.WhenAll(tasks.Select(task => RunTaskAsync(task.Name, task.Run)));
            try
            {
                await running.WaitAsync(Timeout(phase)).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _system.Log.Warning("Coordinated shutdown phase [{0}] timed out after {1}.", phase, Timeout(phase));
            }
        }
        _system.StopGuardian();
        await _system.WhenTerminated.ConfigureAwait(false);
        return Done.Instance;
    }

    private async Task RunTaskAsync(string name, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _system.Log.Error(e, "Coordinated shutdown task [{0}] failed.", name);
        }
    }

    /// <summary>Why a system ends; derive from it for reasons of one's own.</summary>
    public class Reason
    {
        protected Reason() { }
    }

    /// <summary>No reason is known.</summary>
    public sealed class UnknownReason : Reason
    {
        private UnknownReason() { }

        public static readonly Reason Instance = new UnknownReason();
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public sealed class ActorSystemTerminateReason : Reason
    {
        private ActorSystemTerminateReason() { }

        public static readonly Reason Instance = new ActorSystemTerminateReason();
    }

    /// <summary>The process ends.</summary>
    public sealed class ClrExitReason : Reason
    {
        private ClrExitReason() { }

        public static readonly Reason Instance = new ClrExitReason();
    }
}
