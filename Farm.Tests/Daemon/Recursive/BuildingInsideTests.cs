using Farm.Daemon.Configuration;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Building;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Recursive;

/// <summary>Builders that use real Nix, where real Nix's daemon waits for ever or shows nothing to look at.</summary>
public sealed class BuildingInsideTests
{
    private const string Expression = """
        let
          self = builtins.toFile "self.nix" ''
            { file }: derivation {
              name = "self"; system = "x86_64-linux"; builder = "/bin/sh"; requiredSystemFeatures = [ "recursive-nix" ];
              PATH = "/usr/bin:/bin"; HOME = "/build"; NIX_CONFIG = "substituters ="; file = builtins.storePath file;
              args = [ "-euc" "nix-build $file --argstr file $file --no-out-link && exit 9; echo refused > $out" ];
            }
          '';
          outer = name: attributes: script: derivation ({
            inherit name; system = "x86_64-linux"; builder = "/bin/sh"; requiredSystemFeatures = [ "recursive-nix" ];
            PATH = "/usr/bin:/bin"; HOME = "/build"; NIX_CONFIG = "substituters ="; args = [ "-euc" script ];
          } // attributes);
          slow = builtins.toFile "slow.nix" ''derivation {
            name = "slow"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-euc" "echo begun; while :; do :; done" ]; }'';
        in {
          self = import self { file = builtins.unsafeDiscardStringContext self; };
          waiting = outer "waiting" { inherit slow; } "nix-build $slow --no-out-link";
          leaving = outer "leaving" { inherit slow; } "nix-build $slow --no-out-link & until ls /nix/store/*-slow.drv; do :; done; echo left > $out";
          failing = outer "failing" { } "echo data > data; nix-store --add data; exit 4";
          checked = outer "checked" { allowedRequisites = [ ]; } "echo data > data; nix-store --add data > $out";
        }
        """;

    [BuildingDaemonFact]
    public async Task A_builder_that_asks_for_its_own_build_is_refused()
    {
        await using var bench = await OpenAsync("self");
        var log = new RecordingLog();
        var result = await bench.BuildAsync("self", log);
        Assert.True(result.Status == BuildStatus.Built, string.Join('\n', log.Output));
        Assert.Contains(
            log.Output,
            line => line.Contains("inside of a build that it waits for itself", StringComparison.Ordinal)
        );
    }

    [BuildingDaemonFact]
    public async Task What_is_built_inside_is_stopped_with_the_build_around_it()
    {
        await using var bench = await OpenAsync("waiting");
        using var gone = new CancellationTokenSource();
        var building = bench.BuildAllAsync(["waiting"], ct: gone.Token);
        while (Scratch(bench, "slow").Length == 0)
            await Task.Delay(10);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => building);
        while (Scratch(bench, "").Length > 0)
            await Task.Delay(10);
    }

    [BuildingDaemonFact]
    public async Task A_builder_that_ends_first_leaves_nothing_of_what_it_has_begun()
    {
        await using var bench = await OpenAsync("leaving");
        var log = new RecordingLog();
        var result = await bench.BuildAsync("leaving", log);
        Assert.True(result.Status == BuildStatus.Built, string.Join('\n', log.Output));
        Assert.Empty(Scratch(bench, ""));
    }

    [BuildingDaemonFact]
    public async Task The_socket_is_not_in_a_directory_that_is_kept()
    {
        await using var bench = await OpenAsync("failing");
        var log = new RecordingLog();
        var result = await bench.BuildAsync("failing", log, BuilderBench.Client with { KeepFailed = true });
        Assert.Equal(BuildStatus.PermanentFailure, result.Status);
        var note = log.Lines.Single(line => line.Contains("keeping build directory", StringComparison.Ordinal));
        var kept = note.Split('\'')[1];
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(kept).Select(Path.GetFileName));
    }

    [BuildingDaemonFact]
    public async Task Rules_on_references_count_what_was_added()
    {
        await using var bench = await OpenAsync("checked");
        var result = await bench.BuildAsync("checked");
        Assert.Equal(BuildStatus.OutputRejected, result.Status);
        Assert.Contains("allowedRequisites", result.ErrorMessage, StringComparison.Ordinal);
    }

    [BuildingDaemonFact]
    public async Task It_takes_the_experimental_feature()
    {
        await using var bench = await OpenAsync("failing", "experimental-features", "nix-command");
        var without = await bench.BuildAsync("failing");
        Assert.Equal(BuildStatus.InputRejected, without.Status);
        Assert.Contains(
            "features {recursive-nix} is required",
            Colours.Strip(without.ErrorMessage),
            StringComparison.Ordinal
        );
        var client = BuilderBench.Client;
        var forced = client with { Overrides = client.Overrides.Add("system-features", "recursive-nix") };
        var forcedResult = await bench.BuildAsync("failing", client: forced);
        Assert.Equal(BuildStatus.InputRejected, forcedResult.Status);
        Assert.Contains("'recursive-nix' is disabled", forcedResult.ErrorMessage, StringComparison.Ordinal);
    }

    private static Task<BuilderBench> OpenAsync(
        string attribute,
        string setting = "experimental-features",
        string value = "recursive-nix"
    ) =>
        BuilderBench.OpenAsync(
            Expression,
            NixSettings
                .Empty.With("sandbox-paths", $"/bin/sh={SandboxFactAttribute.Busybox} /usr /lib /lib64")
                .With(setting, value),
            [attribute]
        );

    private static string[] Scratch(BuilderBench bench, string name) =>
        Directory.GetDirectories(bench.Store.Layout.PhysicalStoreDir, $"*{name}.drv.chroot");
}
