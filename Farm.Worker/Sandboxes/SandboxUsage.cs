namespace Farm.Worker.Sandboxes;

/// <summary>What a build has used.</summary>
/// <param name="UserTime">Processor time in user mode of all its processes.</param>
/// <param name="SystemTime">Processor time in the kernel.</param>
/// <param name="MaxResidentBytes">Largest resident set of one process.</param>
/// <param name="WallTime">From the start of the helper to the end of the last process.</param>
/// <param name="LogBytes">Bytes that the builder has printed.</param>
/// <param name="WrittenBytes">Bytes that its processes wrote to file systems on disk.</param>
public sealed record SandboxUsage(
    TimeSpan UserTime,
    TimeSpan SystemTime,
    long MaxResidentBytes,
    TimeSpan WallTime,
    long LogBytes,
    long WrittenBytes
)
{
    public TimeSpan CpuTime => UserTime + SystemTime;
}
