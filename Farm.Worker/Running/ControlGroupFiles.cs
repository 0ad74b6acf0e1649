using System.Globalization;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>The files of control groups, which the two versions name differently.</summary>
internal static class ControlGroupFiles
{
    /// <summary>Weight 100 of version 2 is 1,024 shares of version 1.</summary>
    private const int SharesOfWeight100 = 1024;

    /// <summary>What is written to which file of a new group.</summary>
    public static IEnumerable<(string File, string Text)> Limits(
        ControlGroupHierarchy hierarchy,
        ControlGroupLimits limits
    )
    {
        var isUnified = hierarchy.IsUnified;
        if (Has("memory") && limits.MemoryHighBytes is { } high)
            yield return (isUnified ? "memory.high" : "memory.soft_limit_in_bytes", Text(high));
        if (Has("memory") && limits.MemoryMaxBytes is { } most)
            yield return (isUnified ? "memory.max" : "memory.limit_in_bytes", Text(most));
        // The first process of the sandbox is one more.
        if (Has("pids") && limits.MaxProcesses is { } processes)
            yield return ("pids.max", Text(processes + 1));
        if (Has("cpu") && limits.CpuWeight is { } weight)
            yield return isUnified
                ? ("cpu.weight", Text(weight))
                : ("cpu.shares", Text(Math.Max(2, weight * SharesOfWeight100 / 100)));
        if (Has("io") && limits.IoWeight is { } io)
            yield return ("io.weight", Text(io));

        bool Has(string controller) => hierarchy.Controllers.Contains(controller);
    }

    /// <summary>Null where the kernel does not tell it: version 2 does since Linux 5.19.</summary>
    public static long? PeakMemory(bool isUnified, string directory)
    {
        var file = Path.Combine(directory, isUnified ? "memory.peak" : "memory.max_usage_in_bytes");
        return File.Exists(file) ? long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    public static long? MemoryKills(bool isUnified, string directory)
    {
        const string key = "oom_kill ";
        var file = Path.Combine(directory, isUnified ? "memory.events" : "memory.oom_control");
        return File.ReadLines(file)
            .Where(line => line.StartsWith(key, StringComparison.Ordinal))
            .Select(line => (long?)long.Parse(line[key.Length..], CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
