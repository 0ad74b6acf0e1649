using System.Collections.Immutable;

namespace Farm.Store.BinaryCaches;

/// <summary>From where a store fetches paths instead of building them, and how. Source: <c>farm.store</c> in the configuration; names
/// and defaults are Nix's, but that none is asked unless one is named.</summary>
public sealed record SubstituterSettings
{
    private const string Section = "farm.store";

    public static SubstituterSettings Default { get; } = new();

    /// <summary>The caches, of which those of lower priority are asked first.</summary>
    public ImmutableArray<CacheAddress> Caches { get; init; } = [];

    public HttpCacheSettings Http { get; init; } = new();

    /// <summary>Whether paths are fetched at all.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>How many paths are fetched at a time.</summary>
    public int MaxJobs { get; init; } = 16;

    /// <summary>Whether what cannot be fetched though a cache has it is built.</summary>
    public bool Fallback { get; init; }

    /// <summary>How long it is remembered that a cache has a path.</summary>
    public TimeSpan PositiveTtl { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long it is remembered that a cache has no such path.</summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long it is remembered what a cache says of itself.</summary>
    public TimeSpan InfoTtl { get; init; } = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentException">A value is malformed; the message names the key.</exception>
    public static SubstituterSettings From(Config config) =>
        new()
        {
            Caches = [.. config.GetStringList($"{Section}.substituters", []).Select(Address)],
            IsOn = config.GetBoolean($"{Section}.substitute", Default.IsOn),
            MaxJobs = AtLeast(1, config, "max-substitution-jobs", Default.MaxJobs),
            Fallback = config.GetBoolean($"{Section}.fallback", Default.Fallback),
            PositiveTtl = Span(config, "narinfo-cache-positive-ttl", Default.PositiveTtl),
            NegativeTtl = Span(config, "narinfo-cache-negative-ttl", Default.NegativeTtl),
            InfoTtl = Span(config, "narinfo-cache-meta-ttl", Default.InfoTtl),
            Http = new HttpCacheSettings
            {
                Connections = AtLeast(0, config, "http-connections", Default.Http.Connections),
                ConnectTimeout = Span(config, "connect-timeout", Default.Http.ConnectTimeout),
                StalledTimeout = Span(config, "stalled-download-timeout", Default.Http.StalledTimeout),
                Attempts = AtLeast(1, config, "download-attempts", Default.Http.Attempts),
                UserAgentSuffix = config.GetString($"{Section}.user-agent-suffix") ?? "",
                NetrcFile = config.GetString($"{Section}.netrc-file"),
            },
        };

    private static CacheAddress Address(string text)
    {
        try
        {
            return CacheAddress.Parse(text);
        }
        catch (NixFormatException cause)
        {
            throw new ArgumentException($"{Section}.substituters: {cause.Message}", cause);
        }
    }

    private static int AtLeast(int least, Config config, string key, int otherwise)
    {
        var value = config.GetInt($"{Section}.{key}", otherwise);
        return value >= least
            ? value
            : throw new ArgumentException($"{Section}.{key} is {value}: it must be {least} or more.");
    }

    private static TimeSpan Span(Config config, string key, TimeSpan otherwise)
    {
        var value = config.GetTimeSpan($"{Section}.{key}", otherwise, allowInfinite: false);
        return value >= TimeSpan.Zero
            ? value
            : throw new ArgumentException($"{Section}.{key} is {value}: it must not be negative.");
    }
}
