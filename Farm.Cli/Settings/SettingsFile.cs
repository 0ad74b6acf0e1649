namespace Farm.Cli.Settings;

/// <summary>Where the settings come from: the defaults inside the program, and one file on top.</summary>
public static class SettingsFile
{
    private const string Reference = "cluster.hocon";
    private const string OfSystem = "/etc/farm/cluster.hocon";

    /// <summary>The file to read: the one named, else the one in <c>FARM_CONFIG</c>, else the system's if there is one.</summary>
    /// <returns>Null for the defaults alone.</returns>
    public static string? Find(string? named) =>
        named is { Length: > 0 } ? named
        : Environment.GetEnvironmentVariable("FARM_CONFIG") is { Length: > 0 } file ? file
        : File.Exists(OfSystem) ? OfSystem
        : null;

    /// <summary>All settings with their defaults.</summary>
    public static Config Defaults()
    {
        using var stream =
            typeof(SettingsFile).Assembly.GetManifestResourceStream(Reference)
            ?? throw new InvalidOperationException($"{Reference} is missing in the program");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <param name="named">A file; null to look for one.</param>
    /// <exception cref="CommandException">The file sets a key that does not exist.</exception>
    /// <exception cref="ConfigurationException">The file is not there or no HOCON.</exception>
    public static Config Load(string? named)
    {
        var defaults = Defaults();
        if (Find(named) is not { } file)
        {
            return defaults;
        }
        var settings = Read(file);
        if (UnknownKeys.First(settings, defaults) is { } unknown)
        {
            var line = KeyLine.Find(File.ReadAllText(file), unknown.Key);
            var place = line is null ? file : $"{file}:{line}";
            var advice = unknown.Nearest is null ? "cluster.hocon lists all keys" : $"did you mean {unknown.Nearest}?";
            throw new CommandException($"{place}: there is no setting {unknown.Key}; {advice}");
        }
        return settings.WithFallback(defaults);
    }

#if AKKA
    private static Config Read(string file) => ConfigurationFactory.ParseString(File.ReadAllText(file));
#else
    private static Config Read(string file) => HoconFile.Load(file);
#endif
}
