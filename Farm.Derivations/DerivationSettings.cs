using System.Runtime.InteropServices;
using Farm.Store.Paths;

namespace Farm.Derivations;

/// <summary>What holds for all derivations of one farm.</summary>
public sealed record DerivationSettings
{
    /// <summary>The store <c>/nix/store</c>, Nix 2.8, the system of this machine.</summary>
    public static DerivationSettings Default { get; } = new();

    /// <summary>The logical store directory; part of every path that is computed.</summary>
    public StoreDir StoreDir { get; init; } = StoreDir.Default;

    /// <summary>The system of derivations that name none.</summary>
    public string System { get; init; } = ThisSystem;

    public NixDialect Dialect { get; init; }

    private static string ThisSystem =>
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86_64-linux",
            Architecture.Arm64 => "aarch64-linux",
            Architecture.X86 => "i686-linux",
            Architecture.RiscV64 => "riscv64-linux",
            var other => $"{other.ToString().ToLowerInvariant()}-linux",
        };
}
