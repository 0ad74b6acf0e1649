using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>What a worker gives every build. Not compared by value.</summary>
public sealed record SandboxSettings
{
    /// <summary>The store directory as builders see it.</summary>
    public StoreDir StoreDir { get; init; } = StoreDir.Default;

    /// <summary>The build directory as builders see it.</summary>
    public string BuildDirectory { get; init; } = "/build";

    /// <summary>Paths of the host that every build sees, such as the shell.</summary>
    public ImmutableArray<SandboxBind> SandboxPaths { get; init; } = [];

    /// <summary>What becomes of a derivation that wants no sandbox.</summary>
    public SandboxMode Mode { get; init; }

    /// <summary>Files and directories of the host that a derivation may ask for, with all below; absolute, as plain as can be.</summary>
    public ImmutableArray<string> AllowedHostFiles { get; init; } = [];

    /// <summary>Value of <c>NIX_BUILD_CORES</c>; at least 1.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Let <c>uname</c> tell Linux 2.6.</summary>
    public bool ImpersonatesLinux26 { get; init; }

    /// <summary>Filter system calls.</summary>
    public bool FiltersSyscalls { get; init; } = true;

    /// <summary>Whether the kernel can keep a build from abstract sockets outside; see <see cref="SocketRules"/>.</summary>
    public bool HasSocketScope { get; init; } = true;

    /// <summary>Let builders that ask for it build with Nix themselves; Nix's experimental feature <c>recursive-nix</c>.</summary>
    public bool HasRecursiveNix { get; init; }

    /// <summary>Show <c>/dev/kvm</c>.</summary>
    public bool HasKvm { get; init; }

    /// <summary>Size option of <c>/dev/shm</c>, such as <c>50%</c> or <c>1g</c>.</summary>
    public string SharedMemorySize { get; init; } = "50%";

    /// <summary>Longest run where the request says nothing; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Longest silence where the request says nothing; null for no limit.</summary>
    public TimeSpan? MaxSilent { get; init; }

    /// <summary>Largest log in bytes where the request says nothing; null for no limit.</summary>
    public long? MaxLogBytes { get; init; }

    /// <summary>Largest archive of an output, in bytes; null for no limit.</summary>
    public long? MaxOutputBytes { get; init; }

    /// <summary>Most processes of one build; null for the host's limit.</summary>
    public long? MaxProcesses { get; init; }

    /// <summary>Most open files of one process; null for the host's limit.</summary>
    public long? MaxOpenFiles { get; init; }

    /// <summary>Certificates that builds with network see; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The variables that fixed-output and impure derivations may ask for by <c>impureEnvVars</c>.</summary>
    public ImmutableDictionary<string, string> HostEnvironment { get; init; } =
        ImmutableDictionary<string, string>.Empty;
}
