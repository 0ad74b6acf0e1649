namespace Farm.Protocol.Api;

/// <summary>What the builders of a build have used, all attempts together, since the coordinator started or the build was submitted.</summary>
/// <param name="Builders">How many have told what they used.</param>
/// <param name="CpuTime">Processor time, in and outside the kernel.</param>
/// <param name="WallTime">Sum of their run times.</param>
/// <param name="PeakMemoryBytes">Most memory that one of them used at a time.</param>
/// <param name="WrittenBytes">Bytes that they wrote to file systems on disk.</param>
public sealed record UsageTotal(
    int Builders,
    TimeSpan CpuTime,
    TimeSpan WallTime,
    long PeakMemoryBytes,
    long WrittenBytes
)
{
    /// <summary>Of no builder.</summary>
    public static UsageTotal None { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero, 0, 0);

    /// <summary>With one builder more.</summary>
    public UsageTotal With(BuildUsage used)
    {
        ArgumentNullException.ThrowIfNull(used);
        return new(
            Builders + 1,
            CpuTime + used.CpuTime(),
            WallTime + used.WallTime,
            Math.Max(PeakMemoryBytes, used.PeakMemoryBytes),
            WrittenBytes + used.WrittenBytes
        );
    }
}
