namespace Farm.Actors.Configuration;

/// <summary>Makes configurations of HOCON text.</summary>
public static class ConfigurationFactory
{
    public static Config Empty { get; } = new(HoconValue.Table.Empty);

    /// <param name="hocon">A text without includes; see <see cref="HoconFile"/> for those.</param>
    /// <exception cref="HoconParserException">The text is no HOCON.</exception>
    public static Config ParseString(string hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        var written = HoconParser.Parse(
            hocon,
            "configuration",
            [],
            (_, _, _) =>
                throw new ArgumentException(
                    "a text without a directory has no includes; load a file with HoconFile.Load."
                )
        );
        return new Config(HoconResolver.Resolve(written, Environment.GetEnvironmentVariable));
    }
}
