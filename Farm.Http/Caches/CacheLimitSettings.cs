using System.Collections.Immutable;
using System.Net;

namespace Farm.Http.Caches;

/// <summary>How much is asked of a binary cache at a time, and by whom. Source: <c>farm.cache</c> in <c>cluster.hocon</c>.</summary>
public sealed record CacheLimitSettings
{
    private const string Section = "farm.cache";
    private const long MostMemoryBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Requests of one address in a second, on average; 0 is no limit.</summary>
    public int PerSecond { get; init; }

    /// <summary>Requests of one address that may come at once.</summary>
    public int Burst { get; init; } = 500;

    /// <summary>Connections at a time; 0 is no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Archives that are compressed at a time; others wait. See <see cref="CompressionTurns"/>.</summary>
    public int MaxCompressions { get; init; } = Environment.ProcessorCount;

    /// <summary>Most that archives take that are kept in memory once they were sent; 0 keeps none.</summary>
    public long MemoryBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Addresses whose word for the real address of a client counts.</summary>
    public ImmutableArray<IPAddress> TrustedProxies { get; init; } = [];

    /// <exception cref="ArgumentException">A value is out of range; the message names the key.</exception>
    public static CacheLimitSettings From(Config config)
    {
        var defaults = new CacheLimitSettings();
        return new()
        {
            PerSecond = Count(config, "rate-limit.per-second", defaults.PerSecond, least: 0),
            Burst = Count(config, "rate-limit.burst", defaults.Burst, least: 1),
            MaxConnections = Count(config, "max-connections", defaults.MaxConnections, least: 0),
            MaxCompressions = Count(config, "max-compressions", 0, least: 0) is > 0 and var most
                ? most
                : defaults.MaxCompressions,
            MemoryBytes = Memory(config, defaults.MemoryBytes),
            TrustedProxies = [.. config.GetStringList($"{Section}.trusted-proxies", []).Select(Address)],
        };
    }

    private static int Count(Config config, string key, int otherwise, int least)
    {
        var value = config.GetInt($"{Section}.{key}", otherwise);
        return value >= least
            ? value
            : throw new ArgumentException($"{Section}.{key} is {value}: it must be {least} or more.");
    }

    private static long Memory(Config config, long otherwise)
    {
        const string key = $"{Section}.memory";
        var size = config.GetByteSize(key) ?? otherwise;
        return size is >= 0 and <= MostMemoryBytes
            ? size
            : throw new ArgumentException(
                $"{key} is '{config.GetString(key)}': a size of at most 4GiB is meant, such as 64MiB, or 0."
            );
    }

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new ArgumentException($"{Section}.trusted-proxies has '{text}', which is no IP address.");
}
