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

    /// <summary>What the file sets, on top of the defaults.</summary>
    /// <inheritdoc cref="Own"/>
    public static Config Load(string? named)
    {
        var defaults = Defaults();
        return Own(named, defaults) is { } own ? own.WithFallback(defaults) : defaults;
    }

    /// <summary>What the file sets.</summary>
    /// <param name="named">A file; null to look for one.</param>
    /// <param name="defaults">All keys there are.</param>
    /// <returns>Null where there is no file.</returns>
    /// <exception cref="CommandException">The file sets a key that does not exist.</exception>
    /// <exception cref="ConfigurationException">The file is not there or no HOCON.</exception>
    public static Config? Own(string? named, Config defaults)
    {
        if (Find(named) is not { } file)
        {
            return null;
        }
        var own = Read(file);
        if (UnknownKeys.First(own, defaults) is { } unknown)
        {
            var line = KeyLine.Find(File.ReadAllText(file), unknown.Key);
            var place = line is null ? file : $"{file}:{line}";
            throw new CommandException($"{place}: there is no setting {unknown.Key}; {Advice(unknown)}");
        }
        return own;
    }

    /// <summary>Settings given one by one, as keys and values; a value is taken as HOCON.</summary>
    /// <exception cref="CommandException">One of them does not exist, or is no HOCON.</exception>
    public static Config Overlay(IEnumerable<KeyValuePair<string, string>> given, Config defaults)
    {
        var overlay = ConfigurationFactory.Empty;
        foreach (var (key, value) in given)
        {
            overlay = Single(key, value).WithFallback(overlay);
        }
        return UnknownKeys.First(overlay, defaults) is { } unknown
            ? throw new CommandException($"there is no setting {unknown.Key}; {Advice(unknown)}")
            : overlay;
    }

    private static Config Single(string key, string value)
    {
        try
        {
            return ConfigurationFactory.ParseString($"{key} = {value}");
        }
        catch (Exception error) when (error is ConfigurationException or FormatException)
        {
            throw new CommandException($"'{key}={value}' is no setting: {error.Message}", error);
        }
    }

    private static string Advice(UnknownKeys.Unknown unknown) =>
        unknown.Nearest is null ? "cluster.hocon lists all keys" : $"did you mean {unknown.Nearest}?";

#if AKKA
    private static Config Read(string file) => ConfigurationFactory.ParseString(File.ReadAllText(file));
#else
    private static Config Read(string file) => HoconFile.Load(file);
#endif
}
