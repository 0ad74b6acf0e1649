namespace Farm.Coordinator.Scheduling;

/// <summary>The circuit breaker of a worker: closed, open, or trying.</summary>
public abstract record WorkerHealth
{
    private WorkerHealth() { }

    /// <param name="ConsecutiveFailures">Failures of its own since the last attempt that went well.</param>
    public sealed record Healthy(int ConsecutiveFailures) : WorkerHealth;

    /// <summary>Gets nothing until then.</summary>
    /// <param name="Times">How often in a row it was taken out, from 1; each time lasts twice as long.</param>
    public sealed record Quarantined(DateTimeOffset Until, int Times) : WorkerHealth;

    /// <summary>Gets one build at a time; the first that ends decides.</summary>
    public sealed record Canary(int Times) : WorkerHealth;
}
