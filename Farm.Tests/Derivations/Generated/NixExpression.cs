using System.Globalization;
using System.Text;

namespace Farm.Tests.Derivations.Generated;

/// <summary>Texts of Nix's language.</summary>
internal static class NixExpression
{
    /// <summary>A literal that stands for the text.</summary>
    public static string Quote(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => literal.Append("\\\""),
                '\\' => literal.Append("\\\\"),
                '$' => literal.Append("\\$"),
                '\n' => literal.Append("\\n"),
                '\r' => literal.Append("\\r"),
                '\t' => literal.Append("\\t"),
                _ => literal.Append(unit),
            };
        }
        return literal.Append('"').ToString();
    }

    /// <summary>A literal that stands for the same double.</summary>
    public static string Fraction(double value)
    {
        if (value == 0)
            return "0.0";
        var digits = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        return value < 0 ? $"(-{digits})" : digits;
    }

    public static string Integer(long value) =>
        value < 0
            ? string.Create(CultureInfo.InvariantCulture, $"(-{-value})")
            : value.ToString(CultureInfo.InvariantCulture);
}
