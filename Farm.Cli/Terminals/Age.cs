using System.Globalization;

namespace Farm.Cli.Terminals;

/// <summary>Lengths of time as people write them: <c>30d</c>, <c>12h</c>, <c>2w</c>.</summary>
/// <remarks>Shape: a whole number and one of <c>s m h d w</c>, as in Nix's <c>--older-than 30d</c>, which has days alone.</remarks>
public static class Age
{
    /// <summary>False where the text is no such length, or is longer than a hundred years.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = TimeSpan.Zero;
        if (
            text.Length < 2
            || Unit(text[^1]) is not { } unit
            || !int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            || count * unit.TotalDays > 36_525
        )
        {
            return false;
        }
        age = count * unit;
        return true;
    }

    private static TimeSpan? Unit(char letter) =>
        letter switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
}
