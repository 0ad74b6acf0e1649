using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Daemon.Configuration;

/// <summary>What a configuration of Nix means to the sandbox.</summary>
public static class SandboxMapping
{
    /// <summary>What is said of <c>sandbox = false</c>.</summary>
    public const string StaysOn =
        "setting 'sandbox' is 'false', but builders run in a sandbox here all the same, because the store is elsewhere than its name says; those that ask for none ('__noChroot') are built";

    /// <exception cref="NixConfException">A path is not absolute.</exception>
    public static SandboxSettings Sandbox(NixSettings settings, MachineFacts machine, StoreDir storeDir)
    {
        var build = BuildSettings.From(settings, machine);
        return new SandboxSettings
        {
            StoreDir = storeDir,
            BuildDirectory = settings.Text("sandbox-build-dir") is { Length: > 1 } directory ? directory : "/build",
            SandboxPaths =
            [
                .. Shell(machine, settings.KeepsDefault("sandbox-paths")),
                .. settings.Words("sandbox-paths").Select(Bind),
            ],
            Mode = settings.Text("sandbox") switch
            {
                "relaxed" => SandboxMode.Relaxed,
                "false" => SandboxMode.Off,
                _ => SandboxMode.On,
            },
            AllowedHostFiles = settings.Words("allowed-impure-host-deps"),
            Cores = build.Cores > 0 ? build.Cores : machine.Cores,
            ImpersonatesLinux26 = settings.Flag("impersonate-linux-26", false),
            FiltersSyscalls = settings.Flag("filter-syscalls", true),
            HasSocketScope = machine.HasSocketScope,
            HasRecursiveNix = build.ExperimentalFeatures.Contains(RecursiveNixFeature.Name),
            HasKvm = machine.HasKvm && build.SystemFeatures.Contains("kvm"),
            SharedMemorySize = settings.Text("sandbox-dev-shm-size") ?? "50%",
            Timeout = build.Timeout,
            MaxSilent = build.MaxSilent,
            MaxLogBytes = build.MaxLogBytes,
            CertificateFile = settings.Text("ssl-cert-file") ?? machine.CertificateFile,
            HostEnvironment = machine.Environment,
        };
    }

    /// <summary>A shell at <c>/bin/sh</c>, as a Nix of the usual making has one, unless the paths are given.</summary>
    private static IEnumerable<SandboxBind> Shell(MachineFacts machine, bool isKept) =>
        machine.StaticShell is { } shell && isKept ? [new SandboxBind("/bin/sh", shell) { IsOptional = true }] : [];

    /// <summary>Reads <c>target[=source][?]</c>.</summary>
    private static SandboxBind Bind(string entry)
    {
        var isOptional = entry.EndsWith('?');
        var parts = (isOptional ? entry[..^1] : entry).Split('=', 2);
        return parts[0].StartsWith('/') && parts[^1].StartsWith('/')
            ? new SandboxBind(parts[0], parts[^1]) { IsOptional = isOptional }
            : throw new NixConfException(
                $"setting 'sandbox-paths' has invalid value '{entry}': a path is not absolute"
            );
    }
}
