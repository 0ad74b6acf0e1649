namespace Farm.Protocol;

/// <summary>Name of a worker node, chosen by its operator and stable over restarts.</summary>
/// <remarks>Shape: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>, beginning with a letter or digit.</remarks>
public readonly record struct WorkerId : IComparable<WorkerId>
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 64;

    private readonly string? _name;

    private WorkerId(string name) => _name = name;

    public string Name => _name ?? throw new InvalidOperationException("default(WorkerId) is the name of no worker");

    /// <summary>Null when the text is not a worker's name.</summary>
    public static WorkerId? TryParse(string? text) => IsName(text) ? new WorkerId(text!) : null;

    /// <exception cref="FormatException">The text breaks the rule; the message names both.</exception>
    public static WorkerId Parse(string text) =>
        TryParse(text)
        ?? throw new FormatException(
            $"'{text}' is not a worker name: use 1 to {MaxLength} letters, digits, '.', '_' or '-', beginning with a letter or digit"
        );

    public int CompareTo(WorkerId other) => string.CompareOrdinal(_name, other._name);

    public override string ToString() => Name;

    public static bool operator <(WorkerId left, WorkerId right) => left.CompareTo(right) < 0;

    public static bool operator >(WorkerId left, WorkerId right) => left.CompareTo(right) > 0;

    public static bool operator <=(WorkerId left, WorkerId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(WorkerId left, WorkerId right) => left.CompareTo(right) >= 0;

    private static bool IsName(string? text)
    {
        if (text is null || text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
