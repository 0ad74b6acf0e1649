using System.Globalization;
using System.Text;

namespace Farm.Actors.Configuration;

/// <summary>The texts of scalars and paths.</summary>
internal static class HoconText
{
    /// <summary>Characters that only a quoted string may hold.</summary>
    public const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";

    private static readonly Dictionary<string, double> s_milliseconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-6,
        ["nano"] = 1e-6,
        ["nanos"] = 1e-6,
        ["nanosecond"] = 1e-6,
        ["nanoseconds"] = 1e-6,
        ["us"] = 1e-3,
        ["micro"] = 1e-3,
        ["micros"] = 1e-3,
        ["microsecond"] = 1e-3,
        ["microseconds"] = 1e-3,
        [""] = 1,
        ["ms"] = 1,
        ["milli"] = 1,
        ["millis"] = 1,
        ["millisecond"] = 1,
        ["milliseconds"] = 1,
        ["s"] = 1e3,
        ["second"] = 1e3,
        ["seconds"] = 1e3,
        ["m"] = 6e4,
        ["minute"] = 6e4,
        ["minutes"] = 6e4,
        ["h"] = 36e5,
        ["hour"] = 36e5,
        ["hours"] = 36e5,
        ["d"] = 864e5,
        ["day"] = 864e5,
        ["days"] = 864e5,
    };

    private static readonly string[] s_prefixes = ["k", "m", "g", "t", "p"];

    public static string Quote(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"";

    /// <returns>Null when the text is no duration, or one that no <see cref="TimeSpan"/> can hold.</returns>
    public static TimeSpan? Duration(string text)
    {
        var (number, unit) = Divide(text);
        if (number is not { } count || !s_milliseconds.TryGetValue(unit, out var milliseconds))
            return null;
        var ticks = Math.Round((double)count * milliseconds * TimeSpan.TicksPerMillisecond);
        return Math.Abs(ticks) < long.MaxValue ? TimeSpan.FromTicks((long)ticks) : null;
    }

    /// <returns>Null when the text is no size, or one of 2^63 bytes or more.</returns>
    public static long? ByteSize(string text)
    {
        var (number, unit) = Divide(text);
        if (number is not { } count || Bytes(unit) is not { } bytes || Math.Abs(count) > long.MaxValue / bytes)
            return null;
        return (long)Math.Round(count * bytes);
    }

    /// <summary>Divides a path at its dots; quotes protect a dot.</summary>
    public static IReadOnlyList<string> Path(string path)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var isQuoted = false;
        foreach (var c in path)
        {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (c == '.' && !isQuoted)
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
                key.Append(c);
        }
        keys.Add(key.ToString());
        return keys;
    }

    private static decimal? Bytes(string unit)
    {
        var lower = unit.ToLowerInvariant();
        if (unit is "" or "B" or "b" || lower is "byte" or "bytes")
            return 1;
        var power = Array.IndexOf(s_prefixes, lower[..1]) + 1;
        if (power == 0)
            return null;
        return lower[1..] switch
        {
            "" or "i" or "ib" => Power(1024, power),
            "b" => Power(1000, power),
            _ => null,
        };
    }

    private static decimal Power(decimal factor, int power) => power == 0 ? 1 : factor * Power(factor, power - 1);

    private static (decimal? Number, string Unit) Divide(string text)
    {
        var trimmed = text.Trim();
        var length = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+').Count();
        var isNumber = decimal.TryParse(
            trimmed.AsSpan(0, length),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var number
        );
        return (isNumber ? number : null, trimmed[length..].Trim());
    }
}
