namespace Farm.Daemon.Building;

/// <summary>Colours of Nix's messages; a client that shows none takes them out.</summary>
internal static class NixText
{
    /// <summary>A value within a message.</summary>
    public static string Value(string text) => $"\e[35;1m{text}\e[0m";

    /// <summary>Something to be typed.</summary>
    public static string Bold(string text) => $"\e[1m{text}\e[0m";

    /// <summary>A message as one of an error that does not end the request; further lines stand below its first word.</summary>
    public static string Error(string message) =>
        $"\e[31;1merror:\e[0m {message.TrimEnd('\n').Replace("\n", "\n       ", StringComparison.Ordinal)}";

    /// <summary>As Nix prints a set.</summary>
    public static string Set(IEnumerable<string> words) => $"{{{string.Join(", ", words)}}}";
}
