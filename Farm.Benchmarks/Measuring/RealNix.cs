using System.ComponentModel;

namespace Farm.Benchmarks.Measuring;

/// <summary>The Nix that is installed, working in roots of its own, as root of a single-user store.</summary>
public sealed class RealNix
{
    private RealNix(string version) => Version = version;

    /// <summary>As it names itself, such as <c>nix-store (Nix) 2.8.0</c>.</summary>
    public string Version { get; }

    /// <summary>Null where there is none.</summary>
    public static async Task<RealNix?> FindAsync(CancellationToken ct)
    {
        try
        {
            return new((await ChildProcess.RunAsync("nix-store", ["--version"], ct)).Trim());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Options for a store of its own, in which builds are sandboxed and nothing is fetched.</summary>
    public static IReadOnlyList<string> Options(string root) =>
        [
            "--store",
            root,
            .. Option("sandbox", "true"),
            .. Option("sandbox-fallback", "false"),
            .. Option("sandbox-paths", "/bin/sh=/bin/busybox"),
            .. Option("build-users-group", ""),
            .. Option("substitute", "false"),
        ];

    public static IReadOnlyList<string> Option(string name, string value) => ["--option", name, value];
}
