using System.Globalization;
using System.Net;
using Farm.Coordinator.Scheduling;
using Farm.Http.Caches;
using Farm.Protocol;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;

namespace Farm.Coordinator;

/// <summary>How a coordinator runs. Source: <c>farm.coordinator</c> in <c>cluster.hocon</c>, where each key is explained.</summary>
public sealed record CoordinatorSettings
{
    private const string Section = "farm.coordinator";

    /// <summary>Where the HTTP API, the sessions and the binary cache are served; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Its own store, below <see cref="DataDir"/>.</summary>
    public required LocalStoreSettings Store { get; init; }

    /// <summary>Folder of the database and the logs of attempts; absolute.</summary>
    public required string DataDir { get; init; }

    /// <summary>From where outputs are fetched instead of being built.</summary>
    public SubstituterSettings Substituters { get; init; } = SubstituterSettings.Default;

    /// <summary>How the store is served as a binary cache.</summary>
    public CacheSettings Cache { get; init; } = new();

    /// <summary>Whether that is done for everybody, on an address of its own.</summary>
    public bool ServesCache { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>Expected run time of a builder whose name was never built.</summary>
    public required TimeSpan DefaultDuration { get; init; }

    /// <summary>How long results are kept for builds that are over.</summary>
    public required KeepBuilds KeepBuilds { get; init; }

    /// <summary>How long what is uploaded, or asked for, waits for a build that needs it.</summary>
    public required TimeSpan KeepUploads { get; init; }

    public required SchedulerSettings Scheduling { get; init; }

    /// <exception cref="ArgumentException">A value is missing or out of range; the message names the key.</exception>
    public static CoordinatorSettings From(Config config)
    {
        var dataDir = Text(config, "data-dir");
        if (!Path.IsPathRooted(dataDir))
        {
            throw new ArgumentException($"{Section}.data-dir is '{dataDir}': it must be an absolute path");
        }

        var store = LocalStoreSettings.From(config);
        return new CoordinatorSettings
        {
            Listen = Endpoint(Text(config, "listen")),
            DataDir = dataDir,
            Store = store with { Layout = StoreLayout.Create(dataDir, store.Layout.StoreDir) },
            Substituters = SubstituterSettings.From(config),
            Cache = CacheSettings.From(config),
            ServesCache = config.GetBoolean($"{Section}.cache", false),
            HeartbeatInterval = Time(config, "heartbeat-interval"),
            DefaultDuration = Time(config, "default-duration"),
            KeepBuilds = new KeepBuilds(Time(config, "keep-builds.age"), Count(config, "keep-builds.count")),
            KeepUploads = Time(config, "keep-uploads"),
            Scheduling = new SchedulerSettings(
                new PhaseLimits(
                    Time(config, "deadlines.offered"),
                    Time(config, "deadlines.accepted"),
                    Time(config, "deadlines.fetching"),
                    Time(config, "deadlines.building"),
                    Time(config, "deadlines.uploading"),
                    Time(config, "deadlines.committing")
                ),
                Time(config, "grace"),
                Count(config, "max-attempts"),
                Time(config, "back-off.first"),
                Time(config, "back-off.longest"),
                Count(config, "quarantine.after"),
                Time(config, "quarantine.first"),
                Time(config, "quarantine.longest")
            ),
        };
    }

    private static IPEndPoint Endpoint(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new ArgumentException(
                $"{Section}.listen is '{text}': write an IP address and a port, such as 127.0.0.1:7410"
            );

    private static string Text(Config config, string key) =>
        config.GetString($"{Section}.{key}") is { Length: > 0 } text
            ? text
            : throw new ArgumentException($"the setting {Section}.{key} is missing");

    private static TimeSpan Time(Config config, string key)
    {
        _ = Text(config, key);
        var time = config.GetTimeSpan($"{Section}.{key}", null, allowInfinite: false);
        return time > TimeSpan.Zero
            ? time
            : throw new ArgumentException($"{Section}.{key} is '{Text(config, key)}': it must be longer than 0");
    }

    private static int Count(Config config, string key)
    {
        var text = Text(config, key);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new ArgumentException($"{Section}.{key} is '{text}': it must be a whole number of at least 1");
    }
}
