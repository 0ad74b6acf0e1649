using System.Net;
using Farm.Store.Compressing;

namespace Farm.Http.Caches;

/// <summary>How a store is served as a binary cache. Source: <c>farm.cache</c> in <c>cluster.hocon</c>, where each key is explained.</summary>
public sealed record CacheSettings
{
    private const string Section = "farm.cache";

    /// <summary>Address and port; port 0 is any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7411);

    /// <summary>Its rank among the caches of a client; lower is asked earlier, cache.nixos.org has 40.</summary>
    public int Priority { get; init; } = 30;

    /// <summary>Whether clients may ask for many paths that may not be there.</summary>
    public bool WantMassQuery { get; init; } = true;

    /// <summary>What narinfos name; one of <see cref="Offered"/>.</summary>
    public NarCompression Compression { get; init; } = NarCompression.None;

    public int ZstdLevel { get; init; } = 3;

    public int XzLevel { get; init; } = 1;

    public CacheSigning Signing { get; init; } = CacheSigning.All;

    /// <summary>Where each request leaves a line: a file, <c>-</c> for the log of the node, or null for nowhere.</summary>
    public string? AccessLog { get; init; }

    /// <summary>How long what is under way may take to end when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public CacheLimitSettings Limits { get; init; } = new();

    public CacheTlsSettings? Tls { get; init; }

    public CacheUploadSettings Uploads { get; init; } = new();

    /// <summary>Compressions that archives can be had in.</summary>
    public static IReadOnlyList<NarCompression> Offered { get; } =
    [NarCompression.None, NarCompression.Zstd, NarCompression.Xz];

    /// <summary>Of archives that are compressed so.</summary>
    public int LevelOf(NarCompression compression) => compression == NarCompression.Xz ? XzLevel : ZstdLevel;

    /// <exception cref="ArgumentException">A value is malformed or out of range; the message names the key.</exception>
    public static CacheSettings From(Config config)
    {
        var defaults = new CacheSettings();
        return new()
        {
            Listen = Endpoint(config.GetString($"{Section}.listen") ?? defaults.Listen.ToString()),
            Priority = Within(config, "priority", defaults.Priority, 0, int.MaxValue),
            WantMassQuery = config.GetBoolean($"{Section}.want-mass-query", defaults.WantMassQuery),
            Compression = Find(config.GetString($"{Section}.compression") ?? defaults.Compression.Name),
            ZstdLevel = Within(config, "zstd-level", defaults.ZstdLevel, 1, 19),
            XzLevel = Within(config, "xz-level", defaults.XzLevel, 0, 9),
            Signing = config.GetString($"{Section}.sign", "all") switch
            {
                "all" => CacheSigning.All,
                "trusted" => CacheSigning.Trusted,
                "off" => CacheSigning.Off,
                var other => throw new ArgumentException($"{Section}.sign is '{other}': all, trusted or off is meant."),
            },
            AccessLog = config.GetString($"{Section}.access-log") is { Length: > 0 } log ? log : null,
            ShutdownTimeout = config.GetTimeSpan(
                $"{Section}.shutdown-timeout",
                defaults.ShutdownTimeout,
                allowInfinite: false
            ),
            Limits = CacheLimitSettings.From(config),
            Tls = CacheTlsSettings.From(config),
            Uploads = CacheUploadSettings.From(config),
        };
    }

    private static IPEndPoint Endpoint(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endpoint)
            ? endpoint
            : throw new ArgumentException(
                $"{Section}.listen is '{text}': write an IP address and a port, such as 127.0.0.1:7411."
            );

    private static NarCompression Find(string name) =>
        Offered.FirstOrDefault(one => one.Name == name)
        ?? throw new ArgumentException($"{Section}.compression is '{name}': none, zstd or xz is meant.");

    private static int Within(Config config, string key, int otherwise, int least, int most)
    {
        var value = config.GetInt($"{Section}.{key}", otherwise);
        return value >= least && value <= most
            ? value
            : throw new ArgumentException($"{Section}.{key} is {value}: it must be {least} to {most}.");
    }
}
