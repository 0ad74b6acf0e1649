using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Farm.Worker.Planning;

/// <summary>One attribute as a line of Bash.</summary>
/// <remarks>Shape: <c>declare name=value</c>, <c>declare -a name=(v v )</c> or <c>declare -A name=([k]=v )</c>. What
/// Bash cannot hold is left out, as Nix does. Numbers pass through 32 bits, as in Nix.</remarks>
internal static partial class ShellDeclaration
{
    /// <returns>The line with its end, or nothing.</returns>
    public static string Of(string name, JsonElement value)
    {
        if (!VariableName().IsMatch(name))
            return "";
        return value.ValueKind switch
        {
            JsonValueKind.Array => List(value) is { } list ? $"declare -a {name}=({list})\n" : "",
            JsonValueKind.Object => Map(value) is { } map ? $"declare -A {name}=({map})\n" : "",
            _ => Simple(value) is { } simple ? $"declare {name}={simple}\n" : "",
        };
    }

    private static string? List(JsonElement list)
    {
        var text = new StringBuilder();
        foreach (var item in list.EnumerateArray())
        {
            if (Simple(item) is not { } simple)
                return null;
            text.Append(simple).Append(' ');
        }
        return text.ToString();
    }

    private static string? Map(JsonElement map)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in StructuredAttributes.Members(map))
        {
            if (Simple(value) is not { } simple)
                return null;
            text.Append('[').Append(Quoted(key.ToString())).Append("]=").Append(simple).Append(' ');
        }
        return text.ToString();
    }

    private static string? Simple(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Quoted(value.GetString()!), // not null: the kind is String
            JsonValueKind.Number => Number(value),
            JsonValueKind.True => "1",
            JsonValueKind.False => "",
            JsonValueKind.Null => "''",
            _ => null,
        };

    private static string? Number(JsonElement value)
    {
        if (value.TryGetInt64(out var whole))
            return unchecked((int)whole).ToString(CultureInfo.InvariantCulture);
        if (value.TryGetUInt64(out var large))
            return unchecked((int)large).ToString(CultureInfo.InvariantCulture);
        var number = value.GetDouble();
        var rounded = (float)number;
        if (MathF.Ceiling(rounded) != rounded)
            return null;
        // What does not fit gives the value that x86-64's conversion gives.
        var fits = number is > int.MinValue - 1.0 and < int.MaxValue + 1.0;
        return (fits ? (int)number : int.MinValue).ToString(CultureInfo.InvariantCulture);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
