using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Tests.Conformance;

/// <summary>What is built again to be compared: real Nix 2.8 and Farm find the same, and leave the same.</summary>
public sealed class RebuildTests
{
    private const string CheckMismatch = "may not be deterministic";

    [ConformanceFact]
    public Task What_comes_out_the_same_is_well() =>
        CompareAsync(new ConformanceCase("again-same", "sh {} \"echo same > $out\""), 0, Ending.Built);

    [ConformanceFact]
    public Task A_link_that_comes_out_the_same_is_well() =>
        CompareAsync(new ConformanceCase("again-link", "sh {} \"ln -s /nowhere $out\""), 0, Ending.Built);

    [ConformanceFact]
    public Task A_mode_that_is_made_canonical_makes_no_difference() =>
        CompareAsync(
            new ConformanceCase(
                "again-mode",
                "sh {} \"echo same > $out; read x < /proc/sys/kernel/random/uuid; case $x in [0-7]*) chmod 600 $out;; esac\""
            ),
            0,
            Ending.Built
        );

    [ConformanceFact]
    public Task What_comes_out_otherwise_is_told_and_kept_beside_it() =>
        CompareAsync(
            new ConformanceCase("again-other", "sh {} \"cat /proc/sys/kernel/random/uuid > $out\""),
            104,
            Ending.NotDeterministic
        );

    private async Task CompareAsync(ConformanceCase one, int exitCode, Ending ending)
    {
        using var nix = new NixSide();
        await nix.InstantiateAsync([one], CancellationToken.None);
        await using var farm = await FarmSide.OpenAsync(nix);
        var drv = nix.DerivationOf(one);
        var ofNix = await nix.BuildAsync(one, CancellationToken.None);
        var ofFarm = await farm.BuildAsync(one, drv, CancellationToken.None);
        Assert.True(
            (ofNix.Ending, ofFarm.Ending) == (Ending.Built, Ending.Built),
            $"{ofNix.Evidence}\n{ofFarm.Evidence}"
        );

        var run = await nix.Nix.TryRunAsync(
            "nix-store",
            ["--realise", "--check", "--keep-failed", nix.Nix.StoreDir.Print(drv)],
            NixSide.HostEnvironment,
            CancellationToken.None
        );
        Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {run.Error}");
        Assert.Equal(ending != Ending.Built, run.Error.Contains(CheckMismatch, StringComparison.Ordinal));
        var again = await farm.BuildAsync(one, drv, CancellationToken.None, BuildMode.Check);
        Assert.True(again.Ending == ending, again.Evidence);
        Assert.Equal(Kept(nix.Nix.Root), Kept(farm.Root));
    }

    /// <summary>Names of what is kept beside paths, in a store below a root.</summary>
    private static IEnumerable<string?> Kept(string root) =>
        Directory
            .EnumerateFileSystemEntries($"{root}{StoreDir.Default.Text}", "*.check")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);
}
