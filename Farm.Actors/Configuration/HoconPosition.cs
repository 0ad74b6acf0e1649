namespace Farm.Actors.Configuration;

/// <summary>A place in a configuration text; line and column from 1.</summary>
internal readonly record struct HoconPosition(string Origin, int Line, int Column)
{
    public HoconParserException Error(string rule, Exception? cause = null) => new(Origin, Line, Column, rule, cause);
}
