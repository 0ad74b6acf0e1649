using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Sandboxes;

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

    [ConformanceFact]
    public Task A_fixed_output_that_comes_out_otherwise_misses_its_hash() =>
        CompareWithFlagAsync(
            new ConformanceCase(
                "again-fixed",
                """
                sh { outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; }
                  "if [ -e /flag ]; then printf other > $out; else printf hello > $out; fi"
                """
            ),
            102,
            Ending.HashMismatch
        );

    [ConformanceFact]
    public Task What_is_asked_of_outputs_is_not_asked_of_what_is_compared() =>
        CompareWithFlagAsync(
            new ConformanceCase(
                "again-rules",
                """
                sh { allowedReferences = [ ]; }
                  "if [ -e /flag ]; then echo $out > $out; else echo no reference > $out; fi"
                """
            ),
            104,
            Ending.NotDeterministic
        );

    [ConformanceFact]
    public Task A_floating_output_that_comes_out_the_same_with_references_to_itself_is_well() =>
        CompareAsync(
            new ConformanceCase("again-floating", "sh ca \"mkdir $out; ln -s $out/f $out/l; echo $out > $out/f\"")
            {
                HasExperiments = true,
            },
            0,
            Ending.Built
        );

    /// <summary>Nix 2.8 builds a floating output again and compares it with nothing.</summary>
    [ConformanceFact]
    public Task A_floating_output_that_comes_out_otherwise_is_told_though_Nix_does_not() =>
        CompareAsync(
            new ConformanceCase("again-drifting", "sh ca \"cat /proc/sys/kernel/random/uuid > $out\"")
            {
                HasExperiments = true,
            },
            0,
            Ending.NotDeterministic
        );

    private static Task CompareAsync(ConformanceCase one, int exitCode, Ending ending) =>
        CompareAsync(one, one, exitCode, ending);

    /// <summary>What is built again sees a file that was not there before.</summary>
    private static async Task CompareWithFlagAsync(ConformanceCase one, int exitCode, Ending ending)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("flag"), "");
        var again = one with
        {
            NixOptions = ["--option", "sandbox-paths", $"/bin/sh=/bin/busybox /flag={directory.File("flag")}"],
            Settings = one.Settings with
            {
                SandboxPaths = [.. one.Settings.SandboxPaths, new SandboxBind("/flag", directory.File("flag"))],
            },
        };
        await CompareAsync(one, again, exitCode, ending);
    }

    private static async Task CompareAsync(ConformanceCase first, ConformanceCase second, int exitCode, Ending ending)
    {
        using var nix = new NixSide();
        await nix.InstantiateAsync([first], CancellationToken.None);
        await using var farm = await FarmSide.OpenAsync(nix);
        var drv = nix.DerivationOf(first);
        var ofNix = await nix.BuildAsync(first, CancellationToken.None);
        var ofFarm = await farm.BuildAsync(first, drv, CancellationToken.None);
        Assert.True(
            (ofNix.Ending, ofFarm.Ending) == (Ending.Built, Ending.Built),
            $"{ofNix.Evidence}\n{ofFarm.Evidence}"
        );

        string[] command = ["--realise", "--check", "--keep-failed", nix.Nix.StoreDir.Print(drv)];
        string[] experiments = first.HasExperiments ? ["--option", "experimental-features", "ca-derivations"] : [];
        var run = await nix.Nix.TryRunAsync(
            "nix-store",
            [.. command, .. experiments, .. second.NixOptions],
            NixSide.HostEnvironment,
            CancellationToken.None
        );
        Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {run.Error}");
        Assert.Equal(exitCode == 104, run.Error.Contains(CheckMismatch, StringComparison.Ordinal));
        var again = await farm.BuildAsync(second, drv, CancellationToken.None, BuildMode.Check);
        Assert.True(again.Ending == ending, again.Evidence);
        if (ending == Ending.NotDeterministic && exitCode == 0)
            Assert.Single(Kept(farm.Root));
        else
            Assert.Equal(Kept(nix.Nix.Root), Kept(farm.Root));
    }

    /// <summary>Names of what is kept beside paths, in a store below a root.</summary>
    private static IEnumerable<string?> Kept(string root) =>
        Directory
            .EnumerateFileSystemEntries($"{root}{StoreDir.Default.Text}", "*.check")
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);
}
