using System.Diagnostics;

namespace Farm.Fuzz.Engine;

/// <summary>Tries one input: only refusals, within bounds of time and memory, and all laws hold.</summary>
public sealed class InputCheck(FuzzTarget target)
{
    /// <summary>Far above what any input needs, as other programs may use the machine.</summary>
    public static TimeSpan TimeLimit { get; } = TimeSpan.FromSeconds(5);

    /// <param name="input">Any bytes.</param>
    /// <param name="traits">Takes what is remarkable in it.</param>
    /// <returns>Null where all is well.</returns>
    public async Task<Finding?> TryAsync(byte[] input, ICollection<string> traits)
    {
        try
        {
            await ReadWithinBoundsAsync(input, traits);
            await target.CheckAsync(input);
            return null;
        }
        catch (LawBrokenException broken)
        {
            return new Finding($"law: {broken.Message}", input, broken.ToString());
        }
        catch (Exception failure)
        {
            var place = new StackTrace(failure, fNeedFileInfo: false).GetFrame(0)?.GetMethod();
            return new Finding(
                $"{failure.GetType().Name} in {place?.DeclaringType?.Name}.{place?.Name}",
                input,
                failure.ToString()
            );
        }
    }

    private async Task ReadWithinBoundsAsync(byte[] input, ICollection<string> traits)
    {
        var allowed = target.AllocationBaseBytes + (long)input.Length * target.AllocatedBytesPerByte;
        var thread = Environment.CurrentManagedThreadId;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        try
        {
            await target.ReadAsync(input, traits);
        }
        catch (Exception refusal) when (target.IsRefusal(refusal))
        {
            traits.Add(Traits.OfRefusal(refusal));
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        LawBrokenException.Unless(elapsed < target.TimeLimit, "an input is read in time");
        // A reading of what is in memory does not change threads; others of the process may allocate meanwhile.
        LawBrokenException.Unless(
            !target.IsOnOneThread || (thread == Environment.CurrentManagedThreadId && allocated <= allowed),
            "an input is read in bounded memory"
        );
    }
}
