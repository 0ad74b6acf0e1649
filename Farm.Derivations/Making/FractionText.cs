using System.Globalization;
using System.Numerics;

namespace Farm.Derivations.Making;

/// <summary>Digits of fractions as C prints them: computed exactly, a tie goes to the even digit.</summary>
/// <remarks>.NET's own formats round ties away from zero. Source: ISO C, <c>fprintf</c>, conversions <c>f</c> and <c>g</c>.</remarks>
internal static class FractionText
{
    private const int SignificantDigits = 6;

    /// <summary>C's <c>%f</c>: six digits after the point.</summary>
    public static string SixDecimals(double value)
    {
        var digits = Scaled(Math.Abs(value), 6).ToString(CultureInfo.InvariantCulture).PadLeft(7, '0');
        return $"{Sign(value)}{digits[..^6]}.{digits[^6..]}";
    }

    /// <summary>C's <c>%g</c>: six significant digits, no zeros at the end, an exponent where the number is large or small.</summary>
    public static string SixDigits(double value)
    {
        if (value == 0)
            return Sign(value) + "0";
        var magnitude = Math.Abs(value);
        // An estimate, at most one too large or too small; the digits tell.
        var exponent = (int)Math.Floor(Math.Log10(magnitude));
        var digits = Scaled(magnitude, SignificantDigits - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        while (digits.Length != SignificantDigits)
        {
            exponent += digits.Length - SignificantDigits;
            digits = Scaled(magnitude, SignificantDigits - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        }
        return exponent is < -4 or >= SignificantDigits
            ? Sign(value) + Pointed(digits, 1) + Exponent(exponent)
            : Sign(value) + Positional(digits, exponent);
    }

    /// <summary>The shortest digits that read back as the same number, as current Nix's JSON prints them.</summary>
    public static string Shortest(double value)
    {
        if (value == 0)
            return Sign(value) + "0.0";
        // Such as 1.2345E+010.
        var text = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        for (var precision = 0; precision < 16; precision++)
        {
            var shorter = Math.Abs(value).ToString($"E{precision}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == Math.Abs(value))
            {
                text = shorter;
                break;
            }
        }
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        var digits = text[..e].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        if (exponent is < -4 or >= 15)
            return Sign(value) + Pointed(digits, 1) + Exponent(exponent);
        var positional = Positional(digits.PadRight(Math.Max(0, exponent + 1), '0'), exponent);
        return Sign(value) + (positional.Contains('.', StringComparison.Ordinal) ? positional : positional + ".0");
    }

    private static string Sign(double value) => double.IsNegative(value) ? "-" : "";

    private static string Positional(string digits, int exponent) =>
        exponent >= 0 ? Pointed(digits, exponent + 1) : Pointed("0" + new string('0', -exponent - 1) + digits, 1);

    /// <summary>A point after so many digits, unless only zeros would follow it.</summary>
    private static string Pointed(string digits, int whole)
    {
        var rest = digits[whole..].TrimEnd('0');
        return rest.Length == 0 ? digits[..whole] : $"{digits[..whole]}.{rest}";
    }

    private static string Exponent(int exponent) =>
        $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";

    /// <summary>The whole number nearest to <paramref name="magnitude"/> times ten to a power.</summary>
    private static BigInteger Scaled(double magnitude, int power)
    {
        var bits = BitConverter.DoubleToInt64Bits(magnitude);
        var exponent = (int)(bits >> 52);
        var mantissa = bits & ((1L << 52) - 1);
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= 1L << 52;
        exponent -= 1075;
        var (above, below) = (new BigInteger(mantissa), BigInteger.One);
        if (exponent >= 0)
            above <<= exponent;
        else
            below <<= -exponent;
        if (power >= 0)
            above *= BigInteger.Pow(10, power);
        else
            below *= BigInteger.Pow(10, -power);
        var whole = BigInteger.DivRem(above, below, out var rest);
        var comparison = (rest * 2).CompareTo(below);
        return comparison > 0 || (comparison == 0 && !whole.IsEven) ? whole + 1 : whole;
    }
}
