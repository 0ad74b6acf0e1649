using System.Collections;
using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Reads the settings below <c>farm.sandbox</c>.</summary>
public static class SandboxConfig
{
    /// <summary>Name of the section.</summary>
    public const string Section = "farm.sandbox";

    /// <summary>See <see cref="SandboxSettings.HasSocketScope"/>.</summary>
    public static bool HasSocketScope => Landlock.HasSocketScope();

    /// <param name="config">The whole configuration of a node.</param>
    /// <param name="storeDir">The store directory that builders see.</param>
    /// <exception cref="ConfigurationException">A value is malformed; the message names its key.</exception>
    public static SandboxSettings Read(Config config, StoreDir storeDir)
    {
        var buildDirectory = Absolute(config, "build-dir", "/build");
        if (storeDir.Text == buildDirectory || storeDir.Text.StartsWith($"{buildDirectory}/", StringComparison.Ordinal))
            throw Wrong("build-dir", buildDirectory, "must not contain the store directory");
        var cores = config.GetInt($"{Section}.cores");
        return new SandboxSettings
        {
            StoreDir = storeDir,
            BuildDirectory = buildDirectory,
            SandboxPaths = [.. config.GetStringList($"{Section}.sandbox-paths").Select(Bind)],
            Mode = Mode(config),
            AllowedHostFiles = [.. config.GetStringList($"{Section}.allowed-impure-host-deps").Select(HostFile)],
            Cores = cores > 0 ? cores : Environment.ProcessorCount,
            ImpersonatesLinux26 = config.GetBoolean($"{Section}.impersonate-linux-26"),
            FiltersSyscalls = config.GetBoolean($"{Section}.filter-syscalls", true),
            HasSocketScope = HasSocketScope,
            HasRecursiveNix = config.GetBoolean($"{Section}.recursive-nix"),
            HasKvm = config.GetBoolean($"{Section}.kvm") && File.Exists("/dev/kvm"),
            SharedMemorySize = config.GetString($"{Section}.dev-shm-size", "50%") ?? "50%",
            Timeout = Time(config, "timeout"),
            MaxSilent = Time(config, "max-silent-time"),
            MaxLogBytes = Positive(config.GetByteSize($"{Section}.max-build-log-size")),
            MaxOutputBytes = Positive(config.GetByteSize($"{Section}.max-output-size")),
            MaxProcesses = Positive(config.GetLong($"{Section}.max-processes")),
            MaxOpenFiles = Positive(config.GetLong($"{Section}.max-open-files")),
            CertificateFile = config.GetString($"{Section}.ssl-cert-file") is { Length: > 0 } file ? file : null,
            HostEnvironment = Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToImmutableDictionary(entry => (string)entry.Key, entry => (string)(entry.Value ?? "")),
        };
    }

    /// <summary>Reads <c>target[=source][?]</c>; a question mark lets the source be absent.</summary>
    private static SandboxBind Bind(string entry)
    {
        var isOptional = entry.EndsWith('?');
        var parts = (isOptional ? entry[..^1] : entry).Split('=', 2);
        var bind = new SandboxBind(parts[0], parts[^1]) { IsOptional = isOptional };
        return bind.Target.StartsWith('/') && bind.Source.StartsWith('/')
            ? bind
            : throw Wrong("sandbox-paths", entry, "must be 'target[=source][?]' with absolute paths");
    }

    private static SandboxMode Mode(Config config) =>
        config.GetString($"{Section}.sandbox", "on") switch
        {
            "on" or "true" or "yes" => SandboxMode.On,
            "relaxed" => SandboxMode.Relaxed,
            "off" or "false" or "no" => SandboxMode.Off,
            var other => throw Wrong("sandbox", other ?? "", "must be on, relaxed or off"),
        };

    private static string HostFile(string path) =>
        path.Length > 1 && path.StartsWith('/') && Path.GetFullPath(path) == path && !path.EndsWith('/')
            ? path
            : throw Wrong(
                "allowed-impure-host-deps",
                path,
                "must be an absolute path other than '/', without '.', '..' or a slash at its end"
            );

    private static string Absolute(Config config, string key, string otherwise)
    {
        var path = config.GetString($"{Section}.{key}", otherwise) ?? otherwise;
        return path.Length > 1 && path.StartsWith('/') && !path.EndsWith('/')
            ? path
            : throw Wrong(key, path, "must be an absolute path other than '/', without a slash at its end");
    }

    private static TimeSpan? Time(Config config, string key)
    {
        var time = config.GetTimeSpan($"{Section}.{key}");
        return time > TimeSpan.Zero ? time : null;
    }

    private static long? Positive(long? number) => number > 0 ? number : null;

    private static ConfigurationException Wrong(string key, string value, string rule) =>
        new($"{Section}.{key}: '{value}' {rule}.");
}
