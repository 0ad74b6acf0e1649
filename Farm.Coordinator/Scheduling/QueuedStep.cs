namespace Farm.Coordinator.Scheduling;

/// <summary>A runnable step's place in the queue of its requirement.</summary>
/// <param name="Number">Number of the step in the graph.</param>
public readonly record struct QueuedStep(StepPriority Priority, int Number) : IComparable<QueuedStep>
{
    /// <summary>Numbers only tell apart what is one derivation, built for several purposes.</summary>
    public int CompareTo(QueuedStep other) =>
        Priority.CompareTo(other.Priority) is not 0 and var order ? order : Number.CompareTo(other.Number);

    public static bool operator <(QueuedStep left, QueuedStep right) => left.CompareTo(right) < 0;

    public static bool operator >(QueuedStep left, QueuedStep right) => left.CompareTo(right) > 0;

    public static bool operator <=(QueuedStep left, QueuedStep right) => left.CompareTo(right) <= 0;

    public static bool operator >=(QueuedStep left, QueuedStep right) => left.CompareTo(right) >= 0;
}
