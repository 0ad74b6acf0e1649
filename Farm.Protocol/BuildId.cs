using System.Globalization;

namespace Farm.Protocol;

/// <summary>Number of a build request in the coordinator's queue: 1, 2, 3, … in order of arrival, never used twice.</summary>
public readonly record struct BuildId : IComparable<BuildId>
{
    private readonly long _number;

    private BuildId(long number) => _number = number;

    /// <summary>The number, at least 1.</summary>
    public long Number =>
        _number > 0 ? _number : throw new InvalidOperationException("default(BuildId) is the id of no build");

    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public static BuildId Create(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new BuildId(number);
    }

    /// <summary>Reads decimal digits without sign, blank or leading zero.</summary>
    public static bool TryParse(string? text, out BuildId id)
    {
        id = default;
        if (
            string.IsNullOrEmpty(text)
            || text[0] == '0'
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return false;
        }

        id = new BuildId(number);
        return true;
    }

    public int CompareTo(BuildId other) => _number.CompareTo(other._number);

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(BuildId left, BuildId right) => left.CompareTo(right) < 0;

    public static bool operator >(BuildId left, BuildId right) => left.CompareTo(right) > 0;

    public static bool operator <=(BuildId left, BuildId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BuildId left, BuildId right) => left.CompareTo(right) >= 0;
}
