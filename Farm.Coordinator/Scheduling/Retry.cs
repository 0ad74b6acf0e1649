namespace Farm.Coordinator.Scheduling;

/// <summary>How long to wait after the n-th failure.</summary>
public static class Retry
{
    /// <summary><paramref name="first"/> doubled with each failure after the first, never above <paramref name="longest"/>.</summary>
    /// <param name="failures">From 1.</param>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var delay = first * Math.Pow(2, Math.Min(failures - 1, 30));
        return delay < longest ? delay : longest;
    }
}
