using System.Text.RegularExpressions;

namespace Farm.Tests.Daemon.Building;

/// <summary>Takes the colours out of messages, as a client without a terminal does.</summary>
internal static partial class Colours
{
    public static string Strip(string text) => Sequence().Replace(text, "");

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Sequence();
}
