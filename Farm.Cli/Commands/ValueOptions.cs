using System.CommandLine;
using System.CommandLine.Parsing;
using Farm.Cli.Terminals;

namespace Farm.Cli.Commands;

/// <summary>Options of which the value is a size or an age, as people write them.</summary>
internal static class ValueOptions
{
    /// <summary>A number of bytes such as <c>10G</c> or <c>500MiB</c>; null where it is not given.</summary>
    public static Option<long?> Size(string name, string description) =>
        new(name)
        {
            Description = $"{description} Such as 10G or 500MiB.",
            HelpName = "SIZE",
            CustomParser = result => Read<long>(result, ByteSize.TryParse, "no size: write one such as 10G or 500MiB"),
        };

    /// <summary>A length of time such as <c>30d</c> or <c>12h</c>; null where it is not given.</summary>
    public static Option<TimeSpan?> Age(string name, string description) =>
        new(name)
        {
            Description = $"{description} Such as 30d or 12h.",
            HelpName = "AGE",
            CustomParser = result =>
                Read<TimeSpan>(result, Terminals.Age.TryParse, "no age: write one such as 30d or 12h"),
        };

    private delegate bool TryParse<T>(string text, out T value);

    private static T? Read<T>(ArgumentResult result, TryParse<T> parse, string complaint)
        where T : struct
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (parse(text, out var value))
        {
            return value;
        }
        result.AddError($"'{text}' is {complaint}.");
        return null;
    }
}
