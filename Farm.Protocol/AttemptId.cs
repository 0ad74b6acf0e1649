namespace Farm.Protocol;

/// <summary>Identity of one attempt to build one step on one worker.</summary>
/// <remarks>Shape: a version 7 UUID in the 36 characters of <c>Guid.ToString("D")</c>, so that ids sort by the time of assignment.
/// Ids are made at the edge and enter decisions as data.</remarks>
public readonly record struct AttemptId : IComparable<AttemptId>
{
    private readonly Guid _value;

    private AttemptId(Guid value) => _value = value;

    /// <summary>The UUID, never empty.</summary>
    public Guid Value =>
        _value != Guid.Empty
            ? _value
            : throw new InvalidOperationException("default(AttemptId) is the id of no attempt");

    /// <exception cref="ArgumentException">The UUID is empty.</exception>
    public static AttemptId Create(Guid value) =>
        value != Guid.Empty
            ? new AttemptId(value)
            : throw new ArgumentException("an attempt id is not the empty UUID", nameof(value));

    /// <summary>Reads the 36 character form; null when the text is anything else.</summary>
    public static AttemptId? TryParse(string? text) =>
        Guid.TryParseExact(text, "D", out var value) && value != Guid.Empty ? new AttemptId(value) : null;

    /// <exception cref="FormatException">The text is not the 36 character form of a UUID.</exception>
    public static AttemptId Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"'{text}' is not an attempt id: expected a UUID of 36 characters");

    public int CompareTo(AttemptId other) => _value.CompareTo(other._value);

    public override string ToString() => Value.ToString("D");

    public static bool operator <(AttemptId left, AttemptId right) => left.CompareTo(right) < 0;

    public static bool operator >(AttemptId left, AttemptId right) => left.CompareTo(right) > 0;

    public static bool operator <=(AttemptId left, AttemptId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AttemptId left, AttemptId right) => left.CompareTo(right) >= 0;
}
