namespace Farm.Store.BinaryCaches;

/// <summary>How binary caches are asked over HTTP. Names and defaults are Nix's.</summary>
public sealed record HttpCacheSettings
{
    /// <summary>Connections to one host at a time; 0 is no limit.</summary>
    public int Connections { get; init; } = 25;

    /// <summary>How long making a connection may take; zero is no limit.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A transfer that brings next to nothing for so long is broken off; a narinfo must come as a whole in that time.</summary>
    public TimeSpan StalledTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a file is tried in all, resumptions included.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Said after the name of this program.</summary>
    public string UserAgentSuffix { get; init; } = "";

    /// <summary>Names and passwords by host, in the format of curl's <c>.netrc</c>; null where there is none.</summary>
    public string? NetrcFile { get; init; }

    /// <summary>Wait after the first failure; see <see cref="RetryDelay"/>.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);
}
