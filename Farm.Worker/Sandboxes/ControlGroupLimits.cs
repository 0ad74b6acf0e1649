namespace Farm.Worker.Sandboxes;

/// <summary>What all processes of one build together may use, where the host can count it.</summary>
/// <param name="MemoryHighBytes">Above this they are slowed down and their memory is reclaimed; null for no limit.</param>
/// <param name="MemoryMaxBytes">At this the kernel kills the largest of them; null for no limit.</param>
/// <param name="CpuWeight">Share of processor time beside other groups, 1 to 10,000; the kernel's own is 100. Null leaves that.</param>
/// <param name="IoWeight">The same for disks.</param>
/// <param name="MaxProcesses">Most processes and threads; null for the host's limit.</param>
public sealed record ControlGroupLimits(
    long? MemoryHighBytes = null,
    long? MemoryMaxBytes = null,
    int? CpuWeight = null,
    int? IoWeight = null,
    long? MaxProcesses = null
)
{
    /// <summary>No limit; what is used is counted all the same.</summary>
    public static ControlGroupLimits None { get; } = new();
}
