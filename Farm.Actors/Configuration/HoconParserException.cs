namespace Farm.Actors.Configuration;

/// <summary>A text is no HOCON. The message tells where: <c>file:line:column</c>.</summary>
/// <param name="origin">The file, or what else the text came from.</param>
/// <param name="line">From 1.</param>
/// <param name="column">From 1, in UTF-16 units.</param>
/// <param name="rule">What is wrong and what to do.</param>
/// <param name="cause">Null when the text itself is the reason.</param>
public sealed class HoconParserException(string origin, int line, int column, string rule, Exception? cause = null)
    : ConfigurationException($"{origin}:{line}:{column}: {rule}", cause)
{
    public string Origin { get; } = origin;
    public int Line { get; } = line;
    public int Column { get; } = column;
}
