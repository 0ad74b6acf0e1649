using System.Collections;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Farm.Daemon.Configuration;
using Farm.Worker;
using Farm.Worker.Running;

namespace Farm.Daemon.Machine;

/// <summary>Looks at the machine for what decides defaults.</summary>
public static class MachineProbe
{
    private static readonly string[] Shells = ["/bin/busybox", "/usr/bin/busybox"];
    private static readonly string[] Certificates =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
    ];

    public static MachineFacts Look()
    {
        var systems = WorkerSettings.SystemsOf(
            RuntimeInformation.OSArchitecture,
            // The kernel has this file where it runs programs of 32 bits.
            runs32Bit: File.Exists("/proc/sys/abi/vsyscall32")
        );
        var system = systems[^1];
        return new MachineFacts
        {
            Cores = Environment.ProcessorCount,
            System = system,
            ExtraPlatforms = systems.Remove(system),
            HasKvm = IsUsable("/dev/kvm"),
            HasSocketScope = SandboxConfig.HasSocketScope,
            StaticShell = Array.Find(Shells, File.Exists),
            CertificateFile = Environment.GetEnvironmentVariable("NIX_SSL_CERT_FILE") is { Length: > 0 } named
                ? named
                : Array.Find(Certificates, File.Exists),
            Environment = Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToImmutableDictionary(entry => (string)entry.Key, entry => (string)(entry.Value ?? "")),
        };
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
}
