using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Daemon.Configuration;

/// <summary>How builds are done on this machine. Names and defaults are Nix's. Not compared by value.</summary>
public sealed record BuildSettings
{
    /// <summary>Experimental features that are system features, too.</summary>
    private static readonly string[] s_experiments = ["ca-derivations", RecursiveNixFeature.Name];

    /// <summary>Most builders at a time; 0 forbids local builds.</summary>
    public required int MaxJobs { get; init; }

    /// <summary>Value of <c>NIX_BUILD_CORES</c>; 0 stands for all.</summary>
    public required int Cores { get; init; }

    /// <summary>Whether what does not need a failed build is still built.</summary>
    public bool KeepsGoing { get; init; }

    /// <summary>Whether the directory of a failed build stays.</summary>
    public bool KeepsFailed { get; init; }

    /// <summary>Whether what a cache has and does not give is built.</summary>
    public bool Fallback { get; init; }

    /// <summary>Whether caches are asked.</summary>
    public bool UsesSubstitutes { get; init; } = true;

    /// <summary>Longest run of a builder; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Longest silence of a builder; null for no limit.</summary>
    public TimeSpan? MaxSilent { get; init; }

    /// <summary>Largest log; null for no limit.</summary>
    public long? MaxLogBytes { get; init; }

    /// <summary>The platform of this machine.</summary>
    public required string System { get; init; }

    /// <summary>Further platforms that are built here.</summary>
    public required ImmutableSortedSet<string> ExtraPlatforms { get; init; }

    /// <summary>What derivations may require by <c>requiredSystemFeatures</c>.</summary>
    public required ImmutableSortedSet<string> SystemFeatures { get; init; }

    /// <summary>How many last lines of a log an error shows.</summary>
    public int LogLines { get; init; } = 10;

    /// <summary>Whether logs are kept as files, and whether these are compressed.</summary>
    public bool KeepsLog { get; init; } = true;

    /// <inheritdoc cref="KeepsLog"/>
    public bool CompressesLog { get; init; } = true;

    /// <summary>Program that is run after each build; null for none.</summary>
    public string? PostBuildHook { get; init; }

    public ImmutableSortedSet<string> ExperimentalFeatures { get; init; } = [];

    /// <summary>Whether a platform is built here; the platform <c>builtin</c> is everywhere.</summary>
    public bool Builds(string platform) =>
        platform == System || platform == "builtin" || ExtraPlatforms.Contains(platform);

    public static BuildSettings From(NixSettings settings, MachineFacts machine)
    {
        var features = Set(settings, "experimental-features");
        return new BuildSettings
        {
            MaxJobs = settings.Text("max-jobs") switch
            {
                null => 1,
                "auto" => machine.Cores,
                _ => (int)Math.Min(settings.Number("max-jobs", 1), int.MaxValue),
            },
            Cores = (int)Math.Min(settings.Number("cores", machine.Cores), int.MaxValue),
            KeepsGoing = settings.Flag("keep-going", false),
            KeepsFailed = settings.Flag("keep-failed", false),
            Fallback = settings.Flag("fallback", false),
            UsesSubstitutes = settings.Flag("substitute", true),
            Timeout = settings.Seconds("timeout"),
            MaxSilent = settings.Seconds("max-silent-time"),
            MaxLogBytes = settings.Number("max-build-log-size", 0) is > 0 and var most ? most : null,
            System = settings.Text("system") ?? machine.System,
            ExtraPlatforms = Set(settings, "extra-platforms", machine.ExtraPlatforms),
            SystemFeatures = Set(settings, "system-features", Features(machine, features)),
            LogLines = (int)Math.Min(settings.Number("log-lines", 10), int.MaxValue),
            KeepsLog = settings.Flag("keep-build-log", true),
            CompressesLog = settings.Flag("compress-build-log", true),
            PostBuildHook = settings.Text("post-build-hook") is { Length: > 0 } hook ? hook : null,
            ExperimentalFeatures = features,
        };
    }

    /// <summary>Those that every Nix has, and those that the machine and the experimental features give.</summary>
    private static IEnumerable<string> Features(MachineFacts machine, ImmutableSortedSet<string> experimental)
    {
        IEnumerable<string> given = ["nixos-test", "benchmark", "big-parallel"];
        if (machine.HasKvm)
            given = given.Append("kvm");
        return given.Concat(s_experiments.Where(experimental.Contains));
    }

    /// <summary>A list whose default depends on the machine.</summary>
    private static ImmutableSortedSet<string> Set(
        NixSettings settings,
        string name,
        IEnumerable<string>? otherwise = null
    ) =>
        settings
            .Words(name)
            .Concat(settings.KeepsDefault(name) ? otherwise ?? [] : [])
            .ToImmutableSortedSet(StringComparer.Ordinal);
}
