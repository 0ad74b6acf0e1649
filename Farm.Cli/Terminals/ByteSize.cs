using System.Globalization;

namespace Farm.Cli.Terminals;

/// <summary>Numbers of bytes as people write them.</summary>
/// <remarks>Shape: a decimal number and a unit: none or <c>B</c>; <c>K M G T</c> and <c>KiB MiB GiB TiB</c>, which are powers
/// of 1024 as everywhere in Nix; <c>kB MB GB TB</c>, which are powers of 1000. Capitals do not matter.</remarks>
public static class ByteSize
{
    private const string Prefixes = "kmgt";

    /// <summary>False where the text is no such number, is negative, or does not fit.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (
            !decimal.TryParse(
                text.AsSpan(0, digits),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            ) || Factor(text[digits..].Trim().ToLowerInvariant()) is not { } factor
        )
        {
            return false;
        }
        var product = number * factor;
        if (product > long.MaxValue)
        {
            return false;
        }
        bytes = (long)product;
        return true;
    }

    private static decimal? Factor(string unit)
    {
        if (unit is "" or "b")
        {
            return 1;
        }
        var power = Prefixes.IndexOf(unit[0], StringComparison.Ordinal) + 1;
        return (power, unit[1..]) switch
        {
            (> 0, "" or "ib") => Power(1024, power),
            (> 0, "b") => Power(1000, power),
            _ => null,
        };
    }

    private static decimal Power(decimal factor, int exponent) =>
        Enumerable.Repeat(factor, exponent).Aggregate(1m, (product, one) => product * one);
}
