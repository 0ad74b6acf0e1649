using System.Diagnostics;
using System.Globalization;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the circuit breaker of a worker does, in words for the log.</summary>
internal static class HealthSentence
{
    public static string Of(WorkerHealth health) =>
        health switch
        {
            WorkerHealth.Healthy => "trusted with builds",
            WorkerHealth.Quarantined quarantined => string.Create(
                CultureInfo.InvariantCulture,
                $"taken out until {quarantined.Until:u} for failures of its own"
            ),
            WorkerHealth.Canary => "on trial with one build",
            _ => throw new UnreachableException(),
        };
}
