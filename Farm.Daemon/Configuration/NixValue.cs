using System.Globalization;

namespace Farm.Daemon.Configuration;

/// <summary>Reads single values of settings.</summary>
public static class NixValue
{
    public static bool TryFlag(string text, out bool value)
    {
        value = text is "true" or "yes" or "1";
        return value || text is "false" or "no" or "0";
    }

    /// <summary>Reads a whole number with an optional unit. More than a long holds, as <c>max-free</c>'s default is, counts as the most.</summary>
    public static bool TryNumber(string text, out long value)
    {
        value = 0;
        var unit = text.Length == 0 ? 0 : Unit(text[^1]);
        var digits = unit > 0 ? text[..^1] : text;
        if (!Int128.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return false;
        if (number < long.MinValue || number > ulong.MaxValue)
            return false;
        value = (long)Int128.Min(number << unit, long.MaxValue);
        return true;
    }

    public static IEnumerable<string> Words(string text) =>
        text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static int Unit(char letter) =>
        char.ToUpperInvariant(letter) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            'T' => 40,
            _ => 0,
        };
}
