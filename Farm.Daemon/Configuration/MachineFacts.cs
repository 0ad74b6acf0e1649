using System.Collections.Immutable;

namespace Farm.Daemon.Configuration;

/// <summary>What of the machine decides defaults. Not compared by value.</summary>
public sealed record MachineFacts
{
    /// <summary>Number of processors.</summary>
    public required int Cores { get; init; }

    /// <summary>Platform of the machine, such as <c>x86_64-linux</c>.</summary>
    public required string System { get; init; }

    /// <summary>Other platforms whose programs run here.</summary>
    public ImmutableSortedSet<string> ExtraPlatforms { get; init; } = [];

    /// <summary>Whether <c>/dev/kvm</c> can be opened.</summary>
    public bool HasKvm { get; init; }

    /// <summary>See <see cref="Worker.Planning.SandboxSettings.HasSocketScope"/>.</summary>
    public bool HasSocketScope { get; init; } = true;

    /// <summary>A static shell for builders; null where there is none.</summary>
    public string? StaticShell { get; init; }

    /// <summary>Certificates for builds with network; null where there are none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The environment of this process.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;
}
