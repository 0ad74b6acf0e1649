using Farm.Benchmarks.Measuring;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Copying;

/// <summary>The command lines of <c>nix copy</c>, without what it remembers of caches from earlier runs.</summary>
internal static class NixCopy
{
    /// <summary>A closure of a store to another place.</summary>
    public static Task ToAsync(WorkFolder work, string root, string to, StorePath path, CancellationToken ct) =>
        RunAsync(work, root, ["--to", to], path, ct);

    /// <summary>A closure from another place to a store. No signature is asked for.</summary>
    public static Task FromAsync(WorkFolder work, string from, string root, StorePath path, CancellationToken ct) =>
        RunAsync(work, root, ["--from", from, "--no-check-sigs"], path, ct);

    private static async Task RunAsync(
        WorkFolder work,
        string root,
        IReadOnlyList<string> direction,
        StorePath path,
        CancellationToken ct
    ) =>
        await ChildProcess.RunAsync(
            "env",
            [
                $"XDG_CACHE_HOME={work.Path("nix-cache")}",
                "nix",
                "copy",
                "--extra-experimental-features",
                "nix-command",
                .. RealNix.Options(root),
                .. direction,
                StoreDir.Default.Print(path),
            ],
            ct
        );
}
