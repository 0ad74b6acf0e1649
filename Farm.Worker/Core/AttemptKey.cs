using Farm.Protocol;

namespace Farm.Worker.Core;

/// <summary>One attempt with the epoch it was given with: what a report about a build is matched by.</summary>
public readonly record struct AttemptKey(AttemptId Attempt, long Epoch) : IComparable<AttemptKey>
{
    public int CompareTo(AttemptKey other) =>
        Attempt.CompareTo(other.Attempt) is not 0 and var order ? order : Epoch.CompareTo(other.Epoch);

    public override string ToString() => $"{Attempt}.{Epoch}";

    public static bool operator <(AttemptKey left, AttemptKey right) => left.CompareTo(right) < 0;

    public static bool operator >(AttemptKey left, AttemptKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(AttemptKey left, AttemptKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AttemptKey left, AttemptKey right) => left.CompareTo(right) >= 0;
}
