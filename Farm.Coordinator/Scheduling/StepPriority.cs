using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>The one order in which steps are taken: least is first.</summary>
/// <remarks>By priority of the build (high first), then by critical path, which is the expected time from the start of this step to the end of
/// the longest chain of steps that need it (long first), then by age of the oldest build that wants it, then by derivation path. It is total:
/// two steps are never equal.</remarks>
/// <param name="Build">Highest priority among the builds that want it.</param>
/// <param name="Oldest">Oldest build that wants it.</param>
public readonly record struct StepPriority(int Build, TimeSpan CriticalPath, BuildId Oldest, StorePath DrvPath)
    : IComparable<StepPriority>
{
    public int CompareTo(StepPriority other)
    {
        var order = other.Build.CompareTo(Build);
        if (order != 0)
        {
            return order;
        }

        order = other.CriticalPath.CompareTo(CriticalPath);
        if (order != 0)
        {
            return order;
        }

        order = Oldest.CompareTo(other.Oldest);
        return order != 0 ? order : DrvPath.CompareTo(other.DrvPath);
    }

    public static bool operator <(StepPriority left, StepPriority right) => left.CompareTo(right) < 0;

    public static bool operator >(StepPriority left, StepPriority right) => left.CompareTo(right) > 0;

    public static bool operator <=(StepPriority left, StepPriority right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StepPriority left, StepPriority right) => left.CompareTo(right) >= 0;
}
