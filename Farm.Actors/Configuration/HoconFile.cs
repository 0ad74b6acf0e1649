namespace Farm.Actors.Configuration;

/// <summary>Loads configurations from files, with their includes.</summary>
/// <remarks>Akka.NET has no such loader: there a text is parsed with a callback for includes.</remarks>
public static class HoconFile
{
    /// <summary>Files that include one another; deeper ones are refused.</summary>
    private const int MaxIncludes = 50;

    /// <summary>Loads a file. A name in an include is relative to the directory of the file that includes it; a file that is
    /// not there counts as empty, unless it is <c>required(…)</c>.</summary>
    /// <exception cref="HoconParserException">The file or one that it includes is no HOCON.</exception>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static Config Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var written = Read(path, [], isRequired: true, depth: 0);
            return new Config(HoconResolver.Resolve(written, Environment.GetEnvironmentVariable));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Cannot read the configuration file {path}: {e.Message}", e);
        }
    }

    private static HoconElement.Fields Read(string path, IReadOnlyList<string> prefix, bool isRequired, int depth)
    {
        if (depth > MaxIncludes)
            throw new IOException($"more than {MaxIncludes} files include one another; break the circle.");
        if (!isRequired && !File.Exists(path))
            return new HoconElement.Fields();
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return HoconParser.Parse(
            File.ReadAllText(path),
            path,
            prefix,
            (name, at, isNeeded) => Read(Path.Combine(directory, name), at, isNeeded, depth + 1)
        );
    }
}
