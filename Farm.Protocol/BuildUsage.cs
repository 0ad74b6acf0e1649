namespace Farm.Protocol;

/// <summary>What a builder and all its processes have used.</summary>
/// <param name="UserTime">Processor time outside the kernel.</param>
/// <param name="SystemTime">Processor time in the kernel.</param>
/// <param name="WallTime">From the start of its sandbox to the end of its last process.</param>
/// <param name="PeakMemoryBytes">Most memory at a time, of all together where a control group counted it, else of the largest process.</param>
/// <param name="WrittenBytes">Bytes that were written to file systems on disk.</param>
public sealed record BuildUsage(
    TimeSpan UserTime,
    TimeSpan SystemTime,
    TimeSpan WallTime,
    long PeakMemoryBytes,
    long WrittenBytes
)
{
    public TimeSpan CpuTime() => UserTime + SystemTime;
}
