using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Farm.Protocol;
using Farm.Worker.Running;

namespace Farm.Worker;

/// <summary>How a worker node runs. Source: <c>farm.worker</c> in the configuration.</summary>
public sealed record WorkerSettings
{
    private const string Section = "farm.worker";

    public required WorkerId Name { get; init; }

    /// <summary>Base address of the coordinator, such as <c>http://host:7410/</c>.</summary>
    public required Uri Coordinator { get; init; }

    /// <summary>Where the node serves its store; port 0 takes any free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where others reach that; null for the address it listens on.</summary>
    public Uri? AdvertisedUrl { get; init; }

    public required WorkerCapabilities Capabilities { get; init; }

    /// <summary>Root of the node's store, and of what else it keeps; absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where nodes of one machine agree on who uses which build user; absolute.</summary>
    public required string BuildUsersDirectory { get; init; }

    /// <summary>The group whose members builds run as; null where ids are allocated.</summary>
    public string? BuildUsersGroup { get; init; }

    /// <summary>How many NARs are fetched at a time, at least 1.</summary>
    public required int FetchParallelism { get; init; }

    /// <summary>How long builds go on, and transfers are tried again, without a coordinator.</summary>
    public required TimeSpan GracePeriod { get; init; }

    /// <summary>Most bytes of one log sent ahead of the coordinator's acknowledgement.</summary>
    public required long LogWindowBytes { get; init; }

    /// <summary>How long one try to connect may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>How often the session is probed, and how long an answer may take.</summary>
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>Longest pause between tries to connect or to transfer.</summary>
    public required TimeSpan LongestRetryPause { get; init; }

    /// <summary>Reads the settings below <c>farm.worker</c>.</summary>
    /// <param name="config">The whole configuration of a node.</param>
    /// <exception cref="ConfigurationException">A value is missing or breaks a rule; the message names its key.</exception>
    public static WorkerSettings From(Config config)
    {
        var settings = new WorkerSettings
        {
            Name = ReadName(config),
            Coordinator = Url(config, "coordinator") ?? throw Wrong("coordinator", "", "must be set"),
            Listen = IPEndPoint.TryParse(Text(config, "listen"), out var listen)
                ? listen
                : throw Wrong("listen", Text(config, "listen"), "must be ADDRESS:PORT, such as 127.0.0.1:0"),
            AdvertisedUrl = Url(config, "advertise"),
            Capabilities = ReadCapabilities(config),
            DataDirectory = Absolute(config, "data-dir"),
            BuildUsersDirectory = Absolute(config, "build-users-dir"),
            BuildUsersGroup = Text(config, "build-users-group") is { Length: > 0 } group ? group : null,
            FetchParallelism = config.GetInt($"{Section}.fetch-parallelism"),
            GracePeriod = Time(config, "grace-period"),
            LogWindowBytes = config.GetByteSize($"{Section}.log-window") ?? 0,
            ConnectTimeout = Time(config, "connect-timeout"),
            KeepAlive = Time(config, "keep-alive"),
            LongestRetryPause = Time(config, "longest-retry-pause"),
        };
        if (settings.FetchParallelism < 1)
            throw Wrong("fetch-parallelism", $"{settings.FetchParallelism}", "must be at least 1");
        return settings.LogWindowBytes >= MessageCodec.MaxLogChunkBytes
            ? settings
            : throw Wrong(
                "log-window",
                $"{settings.LogWindowBytes}",
                $"must be at least {MessageCodec.MaxLogChunkBytes}"
            );
    }

    /// <summary>The platforms that this machine runs programs of.</summary>
    public static ImmutableSortedSet<string> SystemsOf(Architecture machine, bool runs32Bit) =>
        machine switch
        {
            Architecture.X64 => runs32Bit ? ["i686-linux", "x86_64-linux"] : ["x86_64-linux"],
            Architecture.X86 => ["i686-linux"],
            Architecture.Arm64 => ["aarch64-linux"],
            Architecture.RiscV64 => ["riscv64-linux"],
            _ => throw Wrong("systems", "", $"must be set: no platform is known for the processor {machine}"),
        };

    private static WorkerCapabilities ReadCapabilities(Config config)
    {
        var systems = List(config, "systems");
        var features = List(config, "features");
        if (config.GetBoolean($"{Section}.detect-kvm", true) && IsUsable("/dev/kvm"))
            features = features.Add("kvm");
        if (config.GetBoolean($"{SandboxConfig.Section}.recursive-nix"))
            features = features.Add(RecursiveNixFeature.Name);
        else if (features.Contains(RecursiveNixFeature.Name))
            throw Wrong("features", RecursiveNixFeature.Name, "takes farm.sandbox.recursive-nix = on");
        var slots = config.GetInt($"{Section}.slots", -1);
        var capabilities = new WorkerCapabilities(
            // The kernel has this file where it runs programs of 32 bits.
            systems.IsEmpty
                ? SystemsOf(RuntimeInformation.OSArchitecture, File.Exists("/proc/sys/abi/vsyscall32"))
                : systems,
            features,
            List(config, "mandatory-features"),
            slots < 0 ? Environment.ProcessorCount : slots,
            config.GetDouble($"{Section}.speed-factor", 1)
        );
        return capabilities.Problem() is { } problem
            ? throw new ConfigurationException($"{Section}: {problem}.")
            : capabilities;
    }

    private static bool IsUsable(string device)
    {
        try
        {
            using var opened = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static WorkerId ReadName(Config config)
    {
        var name = config.GetString($"{Section}.name") is { Length: > 0 } given ? given : Environment.MachineName;
        return WorkerId.TryParse(name)
            ?? throw Wrong("name", name, $"must be 1 to {WorkerId.MaxLength} letters, digits, '.', '_' or '-'");
    }

    private static Uri? Url(Config config, string key)
    {
        var text = Text(config, key);
        if (text.Length == 0)
            return null;
        return
            Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            ? url
            : throw Wrong(key, text, "must be an http or https address, such as http://host:7410");
    }

    private static string Absolute(Config config, string key)
    {
        var path = Text(config, key);
        return path.Length > 1 && path.StartsWith('/')
            ? path.TrimEnd('/')
            : throw Wrong(key, path, "must be an absolute path other than '/'");
    }

    private static TimeSpan Time(Config config, string key)
    {
        var time = config.GetTimeSpan($"{Section}.{key}");
        return time > TimeSpan.Zero ? time : throw Wrong(key, $"{time}", "must be longer than 0");
    }

    private static ImmutableSortedSet<string> List(Config config, string key) =>
        config.GetStringList($"{Section}.{key}").ToImmutableSortedSet(StringComparer.Ordinal);

    private static string Text(Config config, string key) => config.GetString($"{Section}.{key}", "") ?? "";

    private static ConfigurationException Wrong(string key, string value, string rule) =>
        new($"{Section}.{key}: '{value}' {rule}.");
}
